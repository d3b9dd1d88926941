// "Continue with codex": a run that waits for its worker's account continues with another worker.

import type { Dispatch } from "../../../core/contract/run-view.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { fallbacksOf } from "../../../core/dispatch/fallback.ts";
import { type Html, html } from "../html/html.ts";
import { type Acting, button, otherButton, renderActionForm } from "./action-form.ts";

/** In a run's own form: one for each fallback that is free. Null without any. */
export function handOverButtons(row: TaskRow, dispatch: Dispatch): Html | null {
  const names = fallbacksOf(row, dispatch);
  if (names.length === 0) return null;
  return html`${names.map((name) => otherButton("handover", wordsOf(name), { name: "worker", value: name }))}`;
}

/** In a row: the first fallback; the run's page has the others. */
export function handOverForm(row: TaskRow, dispatch: Dispatch, acting: Acting): Html | null {
  const [name] = fallbacksOf(row, dispatch);
  if (name === undefined || row.run === null) return null;
  const words = wordsOf(name);
  return renderActionForm(acting, {
    action: "handover",
    fields: { run: row.run.id, epoch: row.run.epoch, worker: name },
    content: button(words, { "aria-label": `${words}: ${row.title}` }),
  });
}

const wordsOf = (worker: string): string => `Continue with ${worker}`;
