// The result of an action on the next page, with Undo: for browsers without script, and for forms the script leaves to
// the browser.

import type { CompletedAction } from "../../../app/runs/requests/run-actions.ts";
import { type Html, html } from "../html/html.ts";
import { momentText, type PageTime } from "../html/page-time.ts";
import { tag } from "../html/tags.ts";
import { type Acting, button, renderActionForm } from "./action-form.ts";

export type ResultNotice = {
  readonly words: string;
  /** The task's title. */
  readonly title: string | null;
  /** Null if it cannot be undone or already was. */
  readonly undo: string | null;
};

export function renderResult(result: ResultNotice | null, acting: Acting | null): Html | null {
  if (result === null) return null;
  const { words, title, undo } = result;
  return html`<section class="result" id="result" aria-label="What was done">${tag("ok", "done", "✓")} <b>${words}</b>${title !== null && html`: <bdi>${title}</bdi>`}
    ${undo !== null && acting !== null && undoForm(undo, acting)}</section>`;
}

function undoForm(of: string, acting: Acting): Html {
  return renderActionForm(acting, { action: "undo", fields: { of }, content: button("Undo") });
}
/** What an action did, for notices, the page's script and programs. `time`: of the page. */
export function resultWords(deed: CompletedAction, time: PageTime): string {
  switch (deed.kind) {
    case "acknowledged":
      return `Acknowledged ${untilWords(deed.untilMs, time)}`;
    case "snoozed":
      return `Snoozed ${untilWords(deed.untilMs, time)}`;
    case "answered":
      return `Answered “${shortened(deed.text)}”`;
    case "handed_over":
      return `Continues with ${shortened(deed.to)}`;
    default:
      return WORDS[deed.kind];
  }
}
const WORDS: Readonly<
  Record<Exclude<CompletedAction["kind"], "acknowledged" | "snoozed" | "answered" | "handed_over">, string>
> = {
  queued: "Queued",
  message_queued: "Message queued",
  interrupting: "Interrupting the worker",
  stopping: "Stopping",
  stopped: "Run dismissed",
  paused: "Starts paused",
  resumed: "Starts resumed",
  limit_resumed: "Starts again, two at a time",
  limit_held: "Waits until a person ends it",
  limit_automatic: "Ends at its own time again",
  accepted: "Accepted",
  dropped: "Dropped: cancelled",
  unacknowledged: "Acknowledgement undone",
  test_queued: "Test queued: reload this page to see how it went",
  undone: "Undone",
  budget_raised: "Budget raised; its worker continues",
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
