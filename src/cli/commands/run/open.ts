import { UserError } from "../../../core/contract/user-error.ts";
import type { Command } from "../../contract/command.ts";
import { usage } from "../../contract/errors.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { FORMAT, flag, REPO } from "../../contract/flags.ts";
import { asJson, printLines } from "../../contract/print-result.ts";
import { isRunnerAlive } from "../../repository/await-runner.ts";
import { type OpenedStore, withStore } from "../../repository/open-runs.ts";

const VALID_FOR_S = 600;

export const command: Command = {
  insideRun: "refused",
  description:
    "Prints an address that works once, for 10 minutes, and opens it where there is a browser. That browser can then act for a month, also after restarts of the server. On Linux your own connections can act without it.",
  flags: [
    REPO,
    flag("--url <url>", "the server (default: the one that updates the repository)"),
    flag("--no-browser", "only print the address"),
    FORMAT,
  ],
  examples: [
    { line: "tasks open", does: "act on the page of the repository you are in" },
    { line: "tasks open --no-browser", does: "print the address, to paste it yourself" },
  ],
  run: (context) => withStore(context, open),
};

/** Throws UserError `server_missing` without a server. */
async function open(opened: OpenedStore): Promise<void> {
  const { system, flags, output } = opened;
  const url = textFlag(flags, "url")?.replace(/\/+$/, "") ?? (await serverUrl(opened));
  if (!isPlainUrl(url))
    throw usage(`--url is not the address of a server: ${url}`, "For example: --url http://127.0.0.1:8005");
  const address = `${url}/open/${await system.issueOneTimeSecret()}`;
  printLines(opened, { url: address, valid_for_s: VALID_FOR_S }, [address]);
  if (asJson(opened)) return;
  const isOpened = flags["no-browser"] !== true && (await system.openBrowser(address));
  output.note(
    isOpened
      ? "Opened in your browser. The address works once, for 10 minutes."
      : "Open it in your browser: it works once, for 10 minutes.",
  );
}

/** The address that the server which updates this repository has written into its lease. */
async function serverUrl(opened: OpenedStore): Promise<string> {
  const lease = await opened.store.readLease();
  const url = lease?.holder.url ?? null;
  if (url !== null && (await isRunnerAlive(opened, opened.store))) return url;
  throw new UserError({
    code: "server_missing",
    message: "No running server is known for this repository.",
    hint: "Start one with `tasks serve`; for one started with --no-runner, give its address with --url.",
  });
}

function isPlainUrl(url: string): boolean {
  return /^http:\/\/(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.test(url);
}
