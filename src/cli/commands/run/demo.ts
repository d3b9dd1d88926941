// `tasks demo`: a made-up repository to look at and play with. Its own settings and runner; nothing of the user's.

import process from "node:process";
import { makeDemo } from "../../../app/demo/make-demo.ts";
import { beginPlay, endPlay } from "../../../app/demo/play-workers.ts";
import { variablesToForget } from "../../../app/demo/variables-to-forget.ts";
import { decideAccess } from "../../../web/access/access.ts";
import type { CommandContext, RepositoryContext } from "../../contract/command.ts";
import { shellWord } from "../../print/command-text.ts";
import { withProgress } from "../../print/progress.ts";
import { loadSettings } from "../../repository/open-repository.ts";
import { trustOwnWriting } from "../../repository/trust.ts";
import { noteServing } from "./serve.ts";
import { serveRepository } from "./serve-repository.ts";

/** The task whose row the printed command moves: ready, and nothing waits for it. */
const TRY_TASK = "tasks/workstreams/infra-tooling/tasks/add-strict-owner-validation.md";

/** Serves the copy until Ctrl-C, then removes it unless `--keep`. */
export async function demo(context: CommandContext): Promise<void> {
  const { world, output, signal, flags } = context;
  // Of this process, so that its runner and its workers do not have them either.
  for (const name of variablesToForget(process.env)) delete process.env[name];
  const scratch = await world.openScratchFolders();
  const made = await withProgress(output, "Making a scratch repository", () =>
    makeDemo({
      scratch,
      run: world.runCommand,
      openTreeFiles: world.openTreeFiles,
      searchPath: world.environment["PATH"] ?? "",
      exampleFolder: world.exampleFolder,
      node: process.execPath,
      nowMs: world.clock.wallMs(),
      signal,
    }),
  );
  const { root } = made;
  const isKept = flags["keep"] === true;
  try {
    const demoContext = await openDemoContext(context, root);
    const { host } = demoContext.loaded.config.server;
    const access = decideAccess({ host, token: world.environment["TASKS_TOKEN"], noAuth: false });
    await serveRepository(demoContext, {
      access,
      withRunner: true,
      onStopping: ({ runs }) => endPlay(runs),
      onServing: async (serving) => {
        output.result(`Demo: ${serving.server.url}/status`);
        output.result(`Files: ${root}`);
        if (demoContext.loaded.config.github.repository !== null)
          output.note("The pull requests are made up, and their links lead nowhere.");
        await noteServing(demoContext, serving);
        output.note(`Edit a file and watch the page, for example:\n  ${tryCommand(root)}`);
        const home = `${root}/${DEMO_HOME}`;
        output.note(
          `For commands in another terminal: export TASKS_REPO=${shellWord(root)} TASKS_HOME=${shellWord(home)}`,
        );
        output.note(`The files ${isKept ? "stay" : "are removed"} when you stop the demo with Ctrl-C.`);
        if (made.withoutHistory === null)
          for (const why of await beginPlay(serving.runs, signal)) output.note(why);
        if (made.withoutHistory !== null) output.note(`Without a history: ${made.withoutHistory}`);
      },
    });
  } finally {
    if (!isKept) await scratch.remove(root);
  }
}

/**
 * The user's own owner is nobody in the demo's team. The folders of the user are not touched either: the demo has its
 * own, which go with it, and so do the processes that it starts. Its worker is what it has just written: trusted.
 */
async function openDemoContext(context: CommandContext, root: string): Promise<RepositoryContext> {
  process.env["TASKS_HOME"] = `${root}/${DEMO_HOME}`;
  const environment = { ...context.world.environment, TASK_MANAGER_OWNER: "", TASKS_OWNER: "" };
  const demoContext = { ...context, world: { ...context.world, environment } };
  const { guarded } = (await loadSettings(demoContext, root)).atStart;
  const written = guarded.filter(({ key }) => key === "worker.command");
  await trustOwnWriting({ ...demoContext, root }, written);
  const settings = await loadSettings(demoContext, root);
  return { ...demoContext, root, settings, loaded: settings.atStart };
}

/** Where git does not look. */
const DEMO_HOME = ".tasks/home";

/** A line that works when it is pasted: the sed of macOS wants an argument after -i. */
function tryCommand(root: string): string {
  const inPlace = process.platform === "darwin" ? "-i ''" : "-i";
  return `sed ${inPlace} 's/^status: ready/status: in_progress/' ${shellWord(`${root}/${TRY_TASK}`)}`;
}
