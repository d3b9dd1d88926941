// `tasks demo`: a made-up repository to look at and play with. It has its own settings and runner, and uses nothing of the
// user's.

import process from "node:process";
import { makeDemo } from "../../../app/demo/make-demo.ts";
import { beginPlay, endPlay, LIMITED_WORKER } from "../../../app/demo/play-workers.ts";
import { variablesToForget } from "../../../app/demo/variables-to-forget.ts";
import { decideAccess } from "../../../web/access/access.ts";
import type { Command, CommandContext, RepositoryContext } from "../../contract/command.ts";
import { flag, PORT } from "../../contract/flags.ts";
import { shellWord } from "../../print/command-text.ts";
import { withProgress } from "../../print/progress.ts";
import { loadSettings } from "../../repository/open-repository.ts";
import { trustOwnWriting } from "../../repository/trust.ts";
import { noteServing } from "./serve.ts";
import { serveRepository } from "./serve-repository.ts";

/** The task that the printed command moves: it is ready, and nothing depends on it. */
const TRY_TASK = "tasks/workstreams/infra-tooling/tasks/add-strict-owner-validation.md";

export const command: Command = {
  insideRun: "allowed",
  description:
    "Copies the example tree to a scratch git repository with a history that ends now, and serves it. The copy is removed when the demo ends.",
  flags: [PORT, flag("--keep", "keep the scratch repository when the demo ends")],
  examples: [{ line: "tasks demo", does: "then edit one of its files and watch the page" }],
  run: demo,
};

/** Serves the copy until Ctrl-C, then removes it unless `--keep`. */
async function demo(context: CommandContext): Promise<void> {
  const { system, output, signal, flags } = context;
  // Deleted from this process, so that its runner and its workers do not have them either.
  for (const name of variablesToForget(process.env)) delete process.env[name];
  const scratch = await system.openScratchFolders();
  const made = await withProgress(output, "Creating a scratch repository", () =>
    makeDemo({
      scratch,
      run: system.runCommand,
      openTreeFiles: system.openTreeFiles,
      searchPath: system.environment["PATH"] ?? "",
      exampleFolder: system.exampleFolder,
      node: process.execPath,
      nowMs: system.clock.wallMs(),
      signal,
    }),
  );
  const { root } = made;
  const isKept = flags["keep"] === true;
  try {
    const demoContext = await openDemoContext(context, root);
    const { host } = demoContext.loaded.config.server;
    const access = decideAccess({ host, token: system.environment["TASKS_TOKEN"], noAuth: false });
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
 * The user's configured owner does not exist in the demo's team. The user's folders are not touched either: the demo and
 * the processes that it starts have their own, which are removed with it. Its workers, which it has just written, are trusted.
 */
async function openDemoContext(context: CommandContext, root: string): Promise<RepositoryContext> {
  process.env["TASKS_HOME"] = `${root}/${DEMO_HOME}`;
  const environment = { ...context.system.environment, TASK_MANAGER_OWNER: "", TASKS_OWNER: "" };
  const demoContext = { ...context, system: { ...context.system, environment } };
  const { guarded } = (await loadSettings(demoContext, root)).atStart;
  const written = guarded.filter(({ key }) => WRITTEN.includes(key));
  await trustOwnWriting({ ...demoContext, root }, written);
  const settings = await loadSettings(demoContext, root);
  return { ...demoContext, root, settings, loaded: settings.atStart };
}

/** What makeDemo adds to the settings that the example tree has. */
const WRITTEN = ["worker.command", `workers.${LIMITED_WORKER}`];

/** Git ignores it. */
const DEMO_HOME = ".tasks/home";

/** A line to paste: the sed of macOS needs an argument after -i. */
function tryCommand(root: string): string {
  const inPlace = process.platform === "darwin" ? "-i ''" : "-i";
  return `sed ${inPlace} 's/^status: ready/status: in_progress/' ${shellWord(`${root}/${TRY_TASK}`)}`;
}
