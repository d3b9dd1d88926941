// Maps a form's fields to a use case. Anything that ends a run needs confirmation first, valid for exactly what was
// shown.

import type { RunActions, SeenRun } from "../../app/runs/requests/run-actions.ts";
import type { Decision } from "../../app/tasks/decide-proposal.ts";
import type { Config } from "../../config/schema.ts";
import { type Refusal, refusal } from "../../core/contract/refusal.ts";
import { isLive, type RunId } from "../../core/contract/run.ts";
import { channelsOf, testMessage, toNotifications } from "../../core/notify/outbox.ts";
import type { PauseScope } from "../../core/records/scoped-pause.ts";
import type { RunFiles } from "../../ports/runs/run-files.ts";
import type { NotificationStore } from "../../ports/store/notification-store.ts";
import type { Store } from "../../ports/store/store.ts";
import type { ActionGuard } from "../access/action-guard.ts";
import type { ActionName } from "../addresses/action-names.ts";
import type { Fields } from "../http/read-fields.ts";
import type { ActionLog } from "./action-log.ts";
import {
  askToInterrupt,
  askToStop,
  askToStopAll,
  interruptSubject,
  type Performed,
  stopAllSubject,
  stopSubject,
} from "./confirmation.ts";
import { untilMsOf } from "./snooze-until.ts";

/** What pages of runs and tasks read per request, and confirmations check. */
export type RunReader = {
  readonly store: Pick<
    Store,
    "readRun" | "readRuns" | "readOpenRuns" | "readSleeps" | "readUsage" | "readSlotSpans" | "readTransitions"
  >;
  readonly files: Pick<RunFiles, "readLog" | "readPrompt" | "readEvents" | "readActivity">;
};

/** Where notifications wait until the runner has sent them. */
export type Outbox = Pick<NotificationStore, "addNotifications" | "readNotifications">;

export type Performing = {
  readonly fields: Fields;
  readonly actions: RunActions;
  readonly runs: RunReader;
  readonly guard: Pick<ActionGuard, "isConfirmToken">;
  readonly actionLog: Pick<ActionLog, "find" | "markUndone">;
  readonly nowMs: number;
  readonly notify: {
    readonly outbox: Outbox | null;
    readonly settings: Config["notify"];
    readonly repository: string;
  };
};

export function performAction(name: ActionName, performing: Performing): Promise<Performed> {
  return PERFORM[name](performing);
}

const PERFORM: Readonly<Record<ActionName, (performing: Performing) => Promise<Performed>>> = {
  kickoff: async ({ fields, actions }) => {
    const key = textOf(fields, "task");
    return key === "" ? needs("task", "the key of a task") : actions.kickoff({ key, note: noteOf(fields) });
  },

  answer: async ({ fields, actions }) => {
    const run = textOf(fields, "run");
    const question = Number(textOf(fields, "question"));
    const text = textOf(fields, "answer");
    if (run === "") return needs("run", "the id of a run");
    if (!Number.isInteger(question)) return needs("question", "the number of a question");
    return text === "" ? NOTHING_SAID : actions.answer({ run: run as RunId, question, text });
  },

  continue: async ({ fields, actions, runs, guard }) => {
    const seen = seenRun(fields);
    if (seen === null) return needs("run", "the id of a run, with its epoch");
    const prompt = textOf(fields, "prompt");
    if (prompt === "") return NOTHING_SAID;
    if (textOf(fields, "interrupt") === "")
      return actions.continueRun({ run: seen, prompt, interrupt: false });
    if (guard.isConfirmToken(textOf(fields, "confirm"), interruptSubject(seen)))
      return actions.continueRun({ run: seen, prompt, interrupt: true });
    const run = await runs.store.readRun(seen.id);
    // There is no running worker to interrupt; the next start delivers the message.
    if (run !== null && !isLive(run)) return actions.continueRun({ run: seen, prompt, interrupt: false });
    return askToInterrupt(run, prompt);
  },

  raise: async ({ fields, actions }) => {
    const seen = seenRun(fields);
    return seen === null
      ? needs("run", "the id of a run, with its epoch")
      : actions.raiseBudget({ run: seen });
  },

  handover: async ({ fields, actions }) => {
    const seen = seenRun(fields);
    if (seen === null) return needs("run", "the id of a run, with its epoch");
    return actions.handOver({ run: seen, worker: textOf(fields, "worker") || null });
  },

  stop: async ({ fields, actions, runs, guard }) => {
    const seen = seenRun(fields);
    if (seen === null) return needs("run", "the id of a run, with its epoch");
    if (guard.isConfirmToken(textOf(fields, "confirm"), stopSubject(seen)))
      return actions.stop({ run: seen, note: noteOf(fields) });
    return askToStop(await runs.store.readRun(seen.id), textOf(fields, "note"));
  },

  "stop-all": async ({ fields, actions, runs, guard }) => {
    const listed = textOf(fields, "runs");
    if (guard.isConfirmToken(textOf(fields, "confirm"), stopAllSubject(listed)))
      return actions.stopAll({ runs: listed.split(" ").flatMap(parseSeen), note: noteOf(fields) });
    return askToStopAll(await runs.store.readOpenRuns(), textOf(fields, "note"));
  },

  pause: ({ fields, actions }) => actions.pause({ note: noteOf(fields) }),

  resume: ({ actions }) => actions.resume(),

  "limit-resume": async ({ fields, actions }) => {
    const scope = scopeOf(fields);
    return scope === null ? needs("scope", "account, host or set-up") : actions.endPause(scope);
  },

  "limit-hold": async ({ fields, actions }) => {
    const scope = scopeOf(fields);
    return scope === null ? needs("scope", "account, host or set-up") : actions.holdPause(scope);
  },

  "limit-auto": async ({ fields, actions }) => {
    const scope = scopeOf(fields);
    return scope === null ? needs("scope", "account, host or set-up") : actions.letPauseEnd(scope);
  },

  acknowledge: async ({ fields, actions, nowMs }) => {
    const key = textOf(fields, "task");
    if (key === "") return needs("task", "the key of a task");
    const until = textOf(fields, "until");
    const untilMs = until === "" ? null : untilMsOf(until, nowMs);
    if (until !== "" && untilMs === null) return needs("until", UNTIL_WORDS);
    return actions.acknowledge({ key, codes: codesOf(fields), note: noteOf(fields), untilMs });
  },

  snooze: async ({ fields, actions, nowMs }) => {
    const key = textOf(fields, "task");
    if (key === "") return needs("task", "the key of a task");
    const untilMs = untilMsOf(textOf(fields, "until"), nowMs);
    if (untilMs === null) return needs("until", UNTIL_WORDS);
    return actions.snooze({ key, codes: codesOf(fields), note: noteOf(fields), untilMs });
  },

  withdraw: async ({ fields, actions }) => {
    const key = textOf(fields, "task");
    return key === "" ? needs("task", "the key of a task") : actions.withdraw({ key });
  },

  accept: (performing) => decide(performing, "accepted"),

  drop: (performing) => decide(performing, "dropped"),

  "notify-test": async ({ fields, notify: { outbox, settings, repository }, nowMs }) => {
    const only = textOf(fields, "channel");
    const channels = channelsOf(settings).filter((channel) => only === "" || channel === only);
    if (outbox === null || channels.length === 0) return NOT_NOTIFIED;
    await outbox.addNotifications(toNotifications([testMessage(repository, nowMs)], channels, nowMs));
    return { kind: "done", action: { kind: "test_queued" }, undo: null };
  },

  undo: async ({ fields, actions, actionLog }) => {
    const ref = textOf(fields, "of");
    const logged = actionLog.find(ref);
    if (logged === null) return FORGOTTEN;
    if (logged.isUndone) return UNDONE_ALREADY;
    if (logged.done.undo === null) return NEVER_UNDONE;
    const undone = await actions.undo(logged.done.undo);
    if (undone.kind === "done") actionLog.markUndone(ref);
    return undone;
  },
};

async function decide({ fields, actions }: Performing, decision: Decision): Promise<Performed> {
  const key = textOf(fields, "task");
  return key === "" ? needs("task", "the key of a task") : actions.decide({ key, decision });
}

const NOT_NOTIFIED = refusal(
  "No channel of notifications is set.",
  "Set one in your own settings, under notify: docs/notifications.md.",
);

const FORGOTTEN = refusal(
  "Too late to undo: it was done over 10 minutes ago, or before the server restarted.",
  "The page shows the current state.",
);

const UNDONE_ALREADY = refusal("This has already been undone.", "The page shows the current state.");

const NEVER_UNDONE = refusal("This cannot be undone.", "The page shows the current state.");

const UNTIL_WORDS = "a number of hours such as 4h, or tomorrow";

const NOTHING_SAID: Refusal = refusal("The message is empty.", "Write a message for the worker.");

function needs(field: string, expected: string): Performed {
  return { kind: "incomplete", field, expected };
}

function textOf(fields: Fields, name: string): string {
  return (fields.get(name) ?? "").trim();
}

function noteOf(fields: Fields): string | null {
  return textOf(fields, "note") || null;
}

function codesOf(fields: Fields): readonly string[] {
  return textOf(fields, "codes").split(/\s+/).filter(Boolean);
}

function scopeOf(fields: Fields): PauseScope | null {
  const kind = SCOPE_KINDS.find((one) => one === textOf(fields, "scope"));
  const name = textOf(fields, "name");
  return kind === undefined || name === "" ? null : { kind, name };
}

const SCOPE_KINDS = ["account", "host", "setup"] as const;

function seenRun(fields: Fields): SeenRun | null {
  const [seen] = parseSeen(`${textOf(fields, "run")}@${textOf(fields, "epoch")}`);
  return seen ?? null;
}

/** Parses "run-1@3"; empty if malformed. */
function parseSeen(text: string): readonly SeenRun[] {
  const [, id, epoch] = /^(\S+)@(\d{1,9})$/.exec(text) ?? [];
  return id === undefined ? [] : [{ id: id as RunId, epoch: Number(epoch) }];
}
