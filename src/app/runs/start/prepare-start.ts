// Prepares a worker's start: a worktree, its hooks, and a prompt with the task's text as it is in the root. A failure is a
// sentence, and the run fails with it.

import type { Run } from "../../../core/contract/run.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { unreadableProblem, whyNotStarted } from "../../../core/problems/unreadable-file.ts";
import { messagesForStart, type PreparedRun } from "../../../core/run/run-transitions.ts";
import { parseTask } from "../../../core/task/parse-task.ts";
import { hideValues, redactSecrets, secretValues } from "../../../core/text/redact-secrets.ts";
import { renderPrompt } from "../../../core/worker/prompt.ts";
import { workerName } from "../../../core/worker/worker-command.ts";
import { inheritedByRun, workerVariables } from "../../../core/worker/worker-environment.ts";
import type { Prepared } from "../../../ports/git/worktrees.ts";
import type { CommandResult } from "../../../ports/system/run-command.ts";
import type { TreeRead } from "../../../ports/tree/tree-reader.ts";
import type { RunsContext } from "../change/runs-context.ts";

export type StartContext = Omit<RunsContext, "programs" | "newRunId">;

export type StartPreparation =
  | { readonly kind: "prepared"; readonly start: PreparedRun }
  /** Completes "could not be started: ". */
  | { readonly kind: "failed"; readonly detail: string };

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
  const isOwn = await hadWorker(context.store, run.key);
  const worktree = await context.worktrees.prepare(row.slug, signal, { isOwn });
  if (worktree.kind === "failed") return failed(`${worktree.message} ${worktree.hint}`);
  const hookFailure = await runHooks(context, run, worktree, signal);
  if (hookFailure !== null) return failed(hookFailure);
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
      workerName: workerName(context.config.worker.command),
    },
  };
}

type Worktree = Extract<Prepared, { kind: "prepared" }>;

async function runHooks(
  context: StartContext,
  run: Run,
  { folder, created }: Worktree,
  signal: AbortSignal,
): Promise<string | null> {
  const failure = created ? await runHook(context, { name: "after_create", run, folder, signal }) : null;
  return failure ?? (await runHook(context, { name: "before_run", run, folder, signal }));
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
  });
  if (prompt.kind === "refused") return `${prompt.message} ${prompt.hint}`;
  await runFiles.writePrompt(run.id, prompt.text);
  return null;
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

function failed(detail: string): StartPreparation {
  return { kind: "failed", detail };
}

// Hooks of worktrees: a repository's commands for a new worktree (`npm ci`) and before each start. They get the same
// variables as the worker. A failing hook fails the start, with its output.

type Hook = {
  readonly name: "after_create" | "before_run";
  readonly run: Run;
  /** The worktree; absolute. */
  readonly folder: string;
  readonly signal: AbortSignal;
};

/** The end of the output, where programs say what went wrong. */
const OUTPUT_LENGTH_MAX = 1_000;
/** More is kept until the hook ends, so that a secret across the cut is still recognised. */
const TAIL_LENGTH_MAX = 8_000;
/** Installing dependencies prints a lot, but endless output must not fill the memory. */
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** Runs the hook if it is configured; a sentence if it failed, else null. */
async function runHook(context: StartContext, { name, run, folder, signal }: Hook): Promise<string | null> {
  const { worktree } = context.config;
  const [program, ...args] = worktree[name];
  if (program === undefined) return null;
  const tail = new OutputTail();
  const env = hookEnvironment(context, run, folder);
  const result = await context.runCommand({
    program,
    args,
    cwd: folder,
    env,
    timeoutMs: worktree.hook_timeout_s * 1000,
    outputBytesMax: OUTPUT_BYTES_MAX,
    onStdout: (chunk) => tail.add(chunk),
    signal,
  });
  return result.ok
    ? null
    : describeFailure(name, result, { stdout: tail.text(), secrets: secretValues(env) });
}

function hookEnvironment(
  { environment, config, root }: StartContext,
  run: Run,
  folder: string,
): Record<string, string> {
  const { port_base: portBase, ports_per_run: portsPerRun } = config.worker;
  return {
    ...inheritedByRun(environment),
    TASKS_REPO: root,
    ...workerVariables(run, { worktree: folder, portBase, portsPerRun }),
  };
}

function describeFailure(
  name: Hook["name"],
  { message, stderr }: CommandResult,
  { stdout, secrets }: { readonly stdout: string; readonly secrets: readonly string[] },
): string {
  // Secrets are hidden before the text is cut: half of one is not recognised.
  const shown = (text: string) => redactSecrets(hideValues(text, secrets));
  const output = shown(`${stdout}\n${stderr}`.trim()).slice(-OUTPUT_LENGTH_MAX).trim();
  return `the hook worktree.${name} failed: ${shown(message)}${output === "" ? "" : `\n${output}`}`;
}

/** The end of a streamed output. */
class OutputTail {
  readonly #decoder = new TextDecoder();
  #text = "";

  add(chunk: Uint8Array): "more" {
    const grown = this.#text + this.#decoder.decode(chunk, { stream: true });
    this.#text = grown.slice(-TAIL_LENGTH_MAX);
    return "more";
  }

  text(): string {
    return this.#text;
  }
}
