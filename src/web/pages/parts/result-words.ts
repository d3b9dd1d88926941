// What an action did, in a few words: for notices, the page's script and programs.

import type { CompletedAction } from "../../../app/runs/requests/run-actions.ts";
import { momentText, type PageTime } from "../html/page-time.ts";

/** `time`: of the page. */
export function resultWords(deed: CompletedAction, time: PageTime): string {
  switch (deed.kind) {
    case "acknowledged":
      return `Acknowledged ${untilWords(deed.untilMs, time)}`;
    case "snoozed":
      return `Snoozed ${untilWords(deed.untilMs, time)}`;
    case "answered":
      return `Answered “${shortened(deed.text)}”`;
    default:
      return WORDS[deed.kind];
  }
}

const WORDS: Readonly<
  Record<Exclude<CompletedAction["kind"], "acknowledged" | "snoozed" | "answered">, string>
> = {
  queued: "Queued",
  message_queued: "Message queued",
  interrupting: "Interrupting the worker",
  stopping: "Stopping",
  stopped: "Run dismissed",
  paused: "Starts paused",
  resumed: "Starts resumed",
  unacknowledged: "Acknowledgement undone",
  undone: "Undone",
};

function untilWords(untilMs: number | null, time: PageTime): string {
  return untilMs === null ? "until it clears" : `until ${momentText(untilMs, time)}`;
}

/** A notice is one line; the run has the full text. */
const TEXT_MAX_CHARACTERS = 60;

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= TEXT_MAX_CHARACTERS ? line : `${line.slice(0, TEXT_MAX_CHARACTERS - 1)}…`;
}
