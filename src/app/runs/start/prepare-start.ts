// Prepares a worker's start: a worktree, its hooks, and a prompt with the task's text as it is in the root. A failure is a
// sentence, and the run fails with it.

import type { WorkerSettings } from "../../../core/agent/contract/agent-kind.ts";
import type { Run, RunAgent } from "../../../core/contract/run.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { unreadableProblem, whyNotStarted } from "../../../core/problems/unreadable-file.ts";
import { messagesForStart, type PreparedRun } from "../../../core/run/run-transitions.ts";
import { parseTask } from "../../../core/task/parse-task.ts";
import { handOverNote } from "../../../core/worker/hand-over-note.ts";
import { renderPrompt } from "../../../core/worker/prompt.ts";
import { workerVariables } from "../../../core/worker/worker-environment.ts";
import type { Prepared } from "../../../ports/git/worktrees.ts";
import type { TreeRead } from "../../../ports/tree/tree-reader.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { chooseAgent, sessionFor } from "./plan-agent.ts";
import { runHook } from "./worktree-hooks.ts";

export type StartContext = Omit<RunsContext, "newRunId">;

export type StartPreparation =
  | { readonly kind: "prepared"; readonly start: PreparedRun }
  /** Completes "could not be started: ". */
  | { readonly kind: "failed"; readonly detail: string; readonly step?: SetUpStep };

/** What every task of a repository goes through: when it fails, the cause may be the same for all. */
export type SetUpStep = "copy" | "after_create" | "before_run";

/** `run` has just been taken. */
export async function prepareStart(
  context: StartContext,
  run: Run,
  signal: AbortSignal,
): Promise<StartPreparation> {
  const row = await context.store.readRow(run.key);
  if (row === null) return failed("the newest snapshot has no such task");
  const task = await context.reader.read(row.file);
  if (task.kind !== "text") return failed(`${row.file} could not be read: ${whyUnread(task)}`);
  const problem = unreadableProblem(parseTask(task.path, task.text).problems);
  if (problem !== null) return failed(whyNotStarted(problem));
  const chosen = chooseAgent(context.config, run, row.worker);
  if (chosen.kind === "failed") return chosen;
  const isOwn = await hadWorker(context.store, run.key);
  const worktree = await context.worktrees.prepare(row.slug, signal, { isOwn });
  if (worktree.kind === "failed") return failed(`${worktree.message} ${worktree.hint}`);
  const setUpFailure = await setUp(context, run, worktree, signal);
  if (setUpFailure !== null) return setUpFailure;
  const isCommitted = await context.committed.has(task.path, task.text, signal);
  const uncommitted = isCommitted === false;
  const refused = await writePrompt(context, run, { row, text: task.text, worktree, uncommitted });
  if (refused !== null) return failed(refused);
  return {
    kind: "prepared",
    start: {
      worktree: worktree.worktree,
      branch: worktree.branch,
      baseCommit: worktree.baseCommit,
      taskHash: task.hash,
      uncommitted,
      workerName: chosen.settings.name,
      agent: agentOf(chosen.settings),
      session: sessionFor(run, chosen.agent, context.newSession),
    },
  };
}

/** Its file and version are found where it is started. */
function agentOf({ name, kind, permissions, wrap }: WorkerSettings): RunAgent {
  return { name, kind, permissions, wrapped: wrap.length > 0, program: null, version: null };
}

type Worktree = Extract<Prepared, { kind: "prepared" }>;

/** Copies files into the worktree and runs its hooks; what failed, else null. */
async function setUp(
  context: StartContext,
  run: Run,
  { folder, created }: Worktree,
  signal: AbortSignal,
): Promise<StartPreparation | null> {
  const { worktrees, config } = context;
  const copied = await worktrees.copyFiles(config.worktree.copy, folder, signal);
  if (copied.kind === "failed") return failed(copied.detail, "copy");
  const { port_base: portBase, ports_per_run: portsPerRun } = config.worker;
  const variables = workerVariables(run, { worktree: folder, portBase, portsPerRun });
  const hook = { folder, variables, secrets: copied.secrets, signal };
  const isSetUp = !created && (await wasSetUp(context.store, run.key));
  const failure = isSetUp ? null : await runHook(context, { ...hook, name: "after_create" });
  if (failure !== null) return failed(failure, "after_create");
  const before = await runHook(context, { ...hook, name: "before_run" });
  return before === null ? null : failed(before, "before_run");
}

/** A run knows its worktree once all of its set-up has succeeded: one that failed is made again. */
async function wasSetUp(store: Pick<StartContext["store"], "readRuns">, key: string): Promise<boolean> {
  const runs = await store.readRuns({ key, limit: RUNS_LOOKED_AT });
  return runs.some(({ worktree }) => worktree !== null);
}

type PromptInput = {
  readonly row: TaskRow;
  readonly text: string;
  readonly worktree: Worktree;
  readonly uncommitted: boolean;
};

/** Writes the worker's prompt; the sentence that says why it cannot be written, else null. */
async function writePrompt(
  { reader, runFiles, config }: StartContext,
  run: Run,
  { row, text, worktree, uncommitted }: PromptInput,
): Promise<string | null> {
  const template = await readTemplate({ reader, config });
  if (template.kind === "refused") return template.why;
  const { followUps, answered } = messagesForStart(run);
  const prompt = renderPrompt(template.text, {
    title: row.title,
    slug: row.slug,
    taskFile: row.file,
    taskText: text,
    uncommitted,
    worktree: worktree.folder,
    branch: worktree.branch,
    attempt: run.attempt,
    followUps,
    question: answered,
    lastAttempt: run.attempts.at(-1) ?? null,
    handOverNote: await readHandOver(runFiles, run, worktree),
  });
  if (prompt.kind === "refused") return `${prompt.message} ${prompt.hint}`;
  await runFiles.writePrompt(run.id, prompt.text);
  return null;
}

/** The last events that are searched for what the worker before planned and said. */
const EVENTS_READ = 500;

async function readHandOver(
  runFiles: StartContext["runFiles"],
  run: Run,
  { branch }: Worktree,
): Promise<string> {
  if (run.handedOver === null || run.attempts.length === 0) return "";
  const read = await runFiles.readEvents(run.id, { last: EVENTS_READ });
  return handOverNote({ ...run, branch }, read?.events ?? []);
}

type Template =
  /** Null: the built-in one is used. */
  | { readonly kind: "template"; readonly text: string | null }
  | { readonly kind: "refused"; readonly why: string };

export async function readTemplate({
  reader,
  config,
}: Pick<StartContext, "reader" | "config">): Promise<Template> {
  const { prompt } = config.worker;
  const read = await reader.read(prompt);
  if (read.kind === "refused")
    return { kind: "refused", why: `${prompt} could not be read: ${whyUnread(read)}` };
  return { kind: "template", text: read.kind === "text" ? read.text : null };
}

/** The newest runs of a task that are searched. */
const RUNS_LOOKED_AT = 20;

/** Whether a supervised worker has used the task's branch: then its commits are the task's own. */
export async function hadWorker(
  store: Pick<StartContext["store"], "readRuns">,
  key: string,
): Promise<boolean> {
  const runs = await store.readRuns({ key, limit: RUNS_LOOKED_AT });
  return runs.some(({ kind, baseCommit }) => kind === "supervised" && baseCommit !== null);
}

function whyUnread(read: Exclude<TreeRead, { kind: "text" }>): string {
  return read.kind === "missing" ? "it does not exist" : WHY_REFUSED[read.reason];
}

const WHY_REFUSED = {
  outside: "it lies outside tasks/",
  link: "it is a link, and links are not followed",
  too_large: "it is too large",
  not_a_file: "it is not an ordinary file",
  unreadable: "it is not readable",
} as const;

function failed(detail: string, step?: SetUpStep): StartPreparation {
  return { kind: "failed", detail, ...(step === undefined ? {} : { step }) };
}
