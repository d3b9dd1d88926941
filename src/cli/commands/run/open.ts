// `tasks open`: an address of the running server that lets one browser act (docs/who-acts.md).

import { UserError } from "../../../core/contract/user-error.ts";
import type { CommandContext } from "../../contract/command.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { jsonText } from "../../print/terminal-text.ts";
import { isRunnerAlive } from "../../repository/await-runner.ts";
import { type OpenedStore, withStore } from "../../repository/open-runs.ts";

/** Prints the address, and opens it where there is a browser. Throws UserError `server_missing` without a server. */
export async function open(command: CommandContext): Promise<void> {
  await withStore(command, async (opened) => {
    const { world, flags, output } = opened;
    const url = textFlag(flags, "url")?.replace(/\/+$/, "") ?? (await serverUrl(opened));
    if (!isPlainUrl(url)) throw badUrl(url);
    const address = `${url}/open/${await world.issueOneTimeSecret()}`;
    if (flags["format"] === "json") {
      output.result(jsonText({ url: address, valid_for_s: VALID_FOR_S }));
      return;
    }
    output.result(address);
    const isOpened = flags["no-browser"] !== true && (await world.openBrowser(address));
    output.note(
      isOpened
        ? "Opened in your browser. The address is good once, for 10 minutes."
        : "Open it in your browser: it is good once, for 10 minutes.",
    );
  });
}

const VALID_FOR_S = 600;

/** Of the server that keeps this repository true: it has said where it is. */
async function serverUrl(opened: OpenedStore): Promise<string> {
  const lease = await opened.store.readLease();
  const url = lease?.holder.url ?? null;
  if (url !== null && (await isRunnerAlive(opened, opened.store))) return url;
  throw new UserError({
    code: "server_missing",
    message: "No server shows this repository, as far as its store says.",
    hint: "Start one with `tasks serve`; one that was started with --no-runner is named with --url.",
  });
}

function isPlainUrl(url: string): boolean {
  return /^http:\/\/(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.test(url);
}

function badUrl(url: string): UserError {
  return new UserError({
    code: "usage",
    message: `--url is no address of a server: ${url}`,
    hint: "For example: --url http://127.0.0.1:8005",
  });
}
