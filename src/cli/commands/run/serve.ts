import { decideAccess } from "../../../web/access/access.ts";
import type { Command, CommandContext, RepositoryContext } from "../../contract/command.ts";
import { DISPATCH_READY, flag, HOST, OWNER, PORT, REFRESH_WAIT, REPO } from "../../contract/flags.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { noteAwake, noteReplaced, openRepository } from "../../repository/open-repository.ts";
import { repositoryName } from "../../repository/open-runner.ts";
import { noteUntrusted } from "../../repository/trust.ts";
import { type Serving, serveRepository } from "./serve-repository.ts";

export const command: Command = {
  insideRun: "recorded",
  description:
    "Serves /status on this machine and runs updates in a process beside it. If another serve already updates the repository, this one shows what that one publishes.",
  flags: [
    REPO,
    OWNER,
    PORT,
    HOST,
    REFRESH_WAIT,
    flag("--no-auth", "with --host: let everyone who can reach the address read, without a token"),
    DISPATCH_READY,
    flag("--no-runner", "only show; leave updates to another process (tasks run)"),
  ],
  examples: [
    { line: "tasks serve", does: "serve the repository you are in" },
    { line: "tasks serve --repo ~/work/app --owner dave --port 8010", does: "another one, as dave" },
  ],
  run: serve,
};

/** Serves until Ctrl-C. Throws UserError for an address, port or owner that cannot be used. */
async function serve(context: CommandContext): Promise<void> {
  const opened = await openRepository(context);
  const { system, loaded, flags, output, root } = opened;
  const access = decideAccess({
    host: loaded.config.server.host,
    token: system.environment["TASKS_TOKEN"],
    noAuth: flags["no-auth"] === true,
  });
  await serveRepository(opened, {
    access,
    withRunner: flags["no-runner"] !== true,
    onServing: async (serving) => {
      const { whose, server } = serving;
      output.result(terminalText(`${repositoryName(root)} for ${whose}: ${server.url}/status`));
      await noteServing(opened, serving);
    },
  });
}

/** Notes what an operator should know: a port that was taken, a runner of another process. */
export async function noteServing(
  { output, system, loaded, worker }: RepositoryContext,
  serving: Serving,
): Promise<void> {
  const { takenPort, port } = serving.server.listening;
  if (takenPort !== null) {
    const holder = await system.namePortHolder(takenPort);
    output.note(terminalText(`Port ${takenPort} is taken by ${holder}; using ${port}.`));
  }
  noteReplaced({ output, loaded });
  noteUntrusted({ output, loaded });
  noteAwake({ output, loaded });
  if (worker !== null) output.note("A worker started this server, so its pages have no buttons.");
  for (const notice of serving.notices) output.note(terminalText(notice));
}
