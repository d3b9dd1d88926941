// `show`: one task, its facts and its text, in pages.

import * as z from "zod";
import type { TaskRow } from "../../core/contract/snapshot.ts";
import type { TreeRead } from "../../ports/tree/tree-reader.ts";
import type { RepositoryContext } from "../contract/command.ts";
import { usage } from "../contract/errors.ts";
import { isRunnerAlive } from "../repository/await-runner.ts";
import { findTask } from "../repository/find-task.ts";
import { openRepository } from "../repository/open-repository.ts";
import { readTasks, withRunner } from "../repository/open-runner.ts";
import { withStore } from "../repository/open-runs.ts";
import { taskBody } from "../repository/task-body.ts";
import { workersRun } from "./caller.ts";
import { CURSOR_LENGTH_MAX, readCursor, staleCursor, writeCursor } from "./cursor.ts";
import { cutText } from "./cut-text.ts";
import { taskLine } from "./list-page.ts";
import { type ToolCall, tool } from "./tool.ts";

/** A long task in two or three pages. */
const TEXT_LENGTH_MAX = 8_000;
const NAMES_MAX = 50;
const PROBLEMS_MAX = 10;
const SENTENCE_LENGTH_MAX = 500;

const placeSchema = z.strictObject({ from: z.number().int().min(0), hash: z.string() });

const input = z.strictObject({
  task: z.string().max(300).optional().describe("slug, id or workstream/slug; a worker's own without"),
  cursor: z.string().max(CURSOR_LENGTH_MAX).optional().describe("next_cursor: more of the text"),
});

export const showTool = tool({
  name: "show",
  description: "One task: its facts, what is known of the work on it, and its text.",
  input,
  looks: true,
  run: async (call, { task, cursor = null }) => {
    const asked = task ?? (await ownTask(call));
    const opened = await openRepository(call.context);
    const updated = await updateAlone(opened);
    const { row, file, freshness } = await findTask(opened, asked);
    const text = textPage(file, cursor);
    if (cursor !== null) return { task: row.key, ...text };
    const isStale = freshness.stale && !updated;
    return { ...facts(row), ...text, ...(isStale && { stale: freshness.detail ?? freshness.state }) };
  },
});

/** Where no runner keeps the tasks up to date, an agent would otherwise not see what it did itself. */
async function updateAlone(opened: RepositoryContext): Promise<boolean> {
  return await withRunner(opened, async (runner) => {
    if (await isRunnerAlive(opened, runner.store)) return false;
    return !(await readTasks(opened, runner)).freshness.stale;
  });
}

async function ownTask({ caller, context }: ToolCall): Promise<string> {
  const run = await withStore(context, (opened) => workersRun(caller, opened));
  if (run !== null) return run.key;
  throw usage("Which task? `task` is missing.", "`list` gives their names.");
}

function textPage(file: TreeRead, cursor: string | null) {
  const text = taskBody(file);
  const hash = file.kind === "text" ? file.hash.slice(0, 16) : "";
  const place = cursor === null ? { from: 0, hash } : readCursor(cursor, placeSchema);
  if (place.hash !== hash) throw staleCursor("The file has changed since the page before.");
  const shown = text.slice(place.from, place.from + TEXT_LENGTH_MAX).replace(/[\uD800-\uDBFF]$/, "");
  const from = place.from + shown.length;
  return {
    text: shown,
    ...(from < text.length && shown !== "" && { next_cursor: writeCursor({ from, hash }) }),
  };
}

function facts(row: TaskRow) {
  const { run, pull_request: pullRequest } = row;
  return {
    ...taskLine(row),
    status: row.status,
    workstream: row.workstream,
    milestone: row.milestone,
    initiative: row.initiative,
    description: row.description,
    file: row.file,
    depends_on: row.dependencies
      .slice(0, NAMES_MAX)
      .map(({ key, reference, state }) => ({ task: key ?? reference, state })),
    needed_by: row.dependents.slice(0, NAMES_MAX),
    gates: row.gates,
    signals: row.signals.map(({ code, sentence }) => ({
      code,
      sentence: cutText(sentence, SENTENCE_LENGTH_MAX),
    })),
    problems: row.problems.slice(0, PROBLEMS_MAX).map(({ line, message, hint }) => ({
      line,
      problem: cutText(`${message} ${hint}`, SENTENCE_LENGTH_MAX),
    })),
    run: run && {
      state: run.state,
      by: run.worker_name ?? run.queued_by,
      attempt: run.attempt,
      worktree: run.worktree,
      branch: run.branch,
      question: run.question && { text: run.question.text, answer: run.question.answer?.text ?? null },
      outcome: run.outcome && { outcome: run.outcome.kind, note: run.outcome.note },
    },
    pull_request: pullRequest && {
      number: pullRequest.number,
      state: pullRequest.state,
      url: pullRequest.url,
    },
  };
}
