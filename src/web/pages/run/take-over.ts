// How to take over a run. It happens in a terminal, never in the browser: the page gives the command and copies it.

import { shellWord } from "../../../core/text/shell-word.ts";
import { type Html, html } from "../html/html.ts";

export type TakeableRun = {
  /** The task's key. */
  readonly key: string;
  readonly hasSession: boolean;
  /** Who has taken it over, or null. */
  readonly takenBy: string | null;
};

/** Null where there is no session to open. */
export function renderTakeOver({ key, hasSession, takenBy }: TakeableRun): Html | null {
  if (takenBy !== null)
    return html`<p class="aside take">Taken over by <bdi>${takenBy}</bdi>. To hand it back: ${copied(`tasks take ${shellWord(key)} --then hand-back`)}</p>`;
  return hasSession
    ? html`<p class="aside take">To work on in its session, in a terminal: ${copied(`tasks take ${shellWord(key)}`)}</p>`
    : null;
}

/** The stylesheet hides the button where there is no script. */
function copied(command: string): Html {
  return html`<code>${command}</code> <button type="button" class="btn" data-copy="${command}">Copy</button>`;
}
