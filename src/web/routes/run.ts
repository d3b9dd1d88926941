// GET /runs/<id>, a run with its transcript or raw output, and GET /runs/<id>/log, newer output as JSON. Both read only
// the store and the run's own files; a run is found by id, never by a file name.

import type { Config } from "../../config/schema.ts";
import { accountOf } from "../../core/agent/workers/account.ts";
import { configuredWorkers } from "../../core/agent/workers/configured-workers.ts";
import type { Run, RunId } from "../../core/contract/run.ts";
import type { Dispatch } from "../../core/contract/run-view.ts";
import type { RunReader } from "../actions/perform-action.ts";
import {
  type Answer,
  HTML_TYPE,
  JSON_TYPE,
  NEVER_STORED,
  notModified,
  tagMatches,
  textAnswer,
} from "../http/answer.ts";
import { NOT_FOUND } from "../http/problem-json.ts";
import type { PortBlocks } from "../pages/run/run-facts.ts";
import { isLive as isWriting, renderRunPage } from "../pages/run/run-page.ts";
import { TRANSCRIPT_VIEWS } from "../pages/run/transcript.ts";
import type { PageRoute } from "./request/page-request.ts";
import { problemPage } from "./request/problem-page.ts";
import type { WebContext } from "./request/web-context.ts";

/** A few screens; the file has the rest. */
const LINES_SHOWN = 200;
/** More per poll is unreadable; the end is what matters. */
const LINES_PER_LOOK = 500;
/** An unfinished last line is shown once it is this old. */
const LAST_WORDS_MS = 3_000;
/** Longest id looked up; ours are far shorter. */
const ID_MAX_CHARACTERS = 200;

/** A transcript of this many events is read for a page. */
const EVENTS_READ = 600;
/** With `?steps=all`: what a browser can show. */
const EVENTS_READ_ALL = 10_000;

export function createRunRoute(context: WebContext): PageRoute {
  const ports = portBlocksOf(context.config);
  return async ({ view, frame, param, query, accept, headers }) => {
    const found = await findRun(context.runs, param("id"));
    if (found === null) return problemPage(context, NOT_FOUND, accept);
    const { run, files, store } = found;
    const isWhole = query.get("steps") === "all";
    const [prompt, tail, activity] = await Promise.all([
      files.readPrompt(run.id),
      files.readEvents(run.id, { last: isWhole ? EVENTS_READ_ALL : EVENTS_READ }),
      files.readActivity(run.id),
    ]);
    // A worker that leaves no events still prints.
    const usual = tail === null ? "raw" : "all";
    const shown = TRANSCRIPT_VIEWS.find((each) => each === query.get("show")) ?? usual;
    const log = shown === "raw" ? await files.readLog(run.id, { lines: LINES_SHOWN }) : null;
    const tag = tagOf([
      run.revision,
      tail?.endByte,
      log?.endByte,
      frame.attestation.cycle,
      frame.freshness.state,
    ]);
    const answerHeaders = [...NEVER_STORED, "ETag", tag];
    if (tagMatches(headers["if-none-match"], tag)) return notModified(answerHeaders);
    const { events = [], cut = false } = tail ?? {};
    const transcript = { events, cut, readAtMs: context.clock.wallMs(), view: shown, isWhole };
    const row = view.rowByKey.get(run.key) ?? null;
    const slept = await store.readSleeps({ sinceMs: run.queued.atMs });
    const sleeps = slept.filter(({ host }) => run.host === null || host === run.host);
    const account = accountOfRun(run, context.workersNow?.() ?? context.config, frame.snapshot.dispatch);
    const page = { ...frame, run, row, prompt, transcript, sleeps, activity, log, ports, account };
    const text = renderRunPage(page);
    return textAnswer({ type: HTML_TYPE, text, headers: answerHeaders });
  };
}

function accountOfRun(
  { agent, workerName, requestedWorker, host }: Run,
  config: Parameters<typeof configuredWorkers>[0],
  dispatch: Dispatch,
): string | null {
  const name = agent?.name ?? workerName ?? requestedWorker ?? dispatch.default_worker;
  const worker = configuredWorkers(config).all.find((one) => one.name === name);
  return worker === undefined ? null : accountOf(worker, host ?? dispatch.host);
}

/** Changes with whatever the page shows; its age changes with each cycle. */
function tagOf(parts: readonly (string | number | null | undefined)[]): string {
  return `W/"${parts.join(".")}"`;
}

export type LogNews = {
  readonly lines: readonly string[];
  /** Lines before these were left out. */
  readonly cut: boolean;
  readonly end: number;
  readonly live: boolean;
};

export function createRunLogRoute(context: WebContext): PageRoute {
  return async ({ param, query, accept }) => {
    const found = await findRun(context.runs, param("id"));
    if (found === null) return problemPage(context, NOT_FOUND, accept);
    const { run, files } = found;
    const afterByte = byteOf(query.get("after"));
    const tail = await files.readLog(run.id, { lines: LINES_PER_LOOK, afterByte });
    // The last output may take more than one poll.
    const isOver = context.clock.wallMs() - run.sinceMs >= LAST_WORDS_MS && (tail?.lines ?? []).length === 0;
    return newsAnswer({
      lines: tail?.lines.slice(-LINES_PER_LOOK) ?? [],
      cut: tail !== null && (tail.cut || tail.lines.length > LINES_PER_LOOK),
      end: tail?.endByte ?? afterByte,
      live: isWriting(run) || !isOver,
    });
  };
}

export function portBlocksOf({ worker }: Config): PortBlocks {
  return { first: worker.port_base, perRun: worker.ports_per_run };
}

async function findRun(
  reader: RunReader | null,
  id: string,
): Promise<({ readonly run: Run } & RunReader) | null> {
  if (reader === null || id === "" || id.length > ID_MAX_CHARACTERS) return null;
  const run = await reader.store.readRun(id as RunId);
  return run === null ? null : { run, ...reader };
}

function newsAnswer(news: LogNews): Answer {
  return textAnswer({ type: JSON_TYPE, text: `${JSON.stringify(news)}\n` });
}

function byteOf(asked: string | null): number {
  return asked !== null && /^\d{1,15}$/.test(asked) ? Number(asked) : 0;
}
