// `tasks serve`: the status page of a repository.

import { decideAccess } from "../../../web/access/access.ts";
import type { CommandContext, RepositoryContext } from "../../contract/command.ts";
import { noteReplaced } from "../../contract/note-replaced.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { openRepositoryContext } from "../../repository/open-repository.ts";
import { repositoryName } from "../../repository/open-runner.ts";
import { noteUntrusted } from "../../repository/trust.ts";
import { type Serving, serveRepository } from "./serve-repository.ts";

/** Serves until Ctrl-C. Throws UserError for an address, port or owner that will not do. */
export async function serve(command: CommandContext): Promise<void> {
  const context = await openRepositoryContext(command);
  const { world, loaded, flags, output, root } = context;
  const access = decideAccess({
    host: loaded.config.server.host,
    token: world.environment["TASKS_TOKEN"],
    noAuth: flags["no-auth"] === true,
  });
  await serveRepository(context, {
    access,
    withRunner: flags["no-runner"] !== true,
    onServing: async (serving) => {
      const { whose, server } = serving;
      output.result(terminalText(`${repositoryName(root)} for ${whose}: ${server.url}/status`));
      await noteServing(context, serving);
    },
  });
}

/** What else is worth a line: a port that was taken, a runner that is somebody else's. */
export async function noteServing(
  { output, world, loaded, worker }: RepositoryContext,
  serving: Serving,
): Promise<void> {
  const { taken, port } = serving.server.listening;
  if (taken !== null) {
    const holder = await world.namePortHolder(taken.port);
    output.note(terminalText(`Port ${taken.port} is taken by ${holder}; this is on ${port}.`));
  }
  noteReplaced({ output, loaded });
  noteUntrusted({ output, loaded });
  if (worker !== null) output.note("A worker started this server, so its pages have no buttons.");
  for (const notice of serving.notices) output.note(terminalText(notice));
}
