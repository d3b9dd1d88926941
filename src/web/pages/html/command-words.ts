// Commands in sentences: what stands between backticks is a command, and is written so that one click takes all of it.

import { type Html, html } from "./html.ts";

/** "run `gh auth login`" with its commands as code; an odd backtick is a backtick. */
export function commandWords(sentence: string): Html {
  const parts = sentence.split("`");
  if (parts.length % 2 === 0) return html`<bdi>${sentence}</bdi>`;
  return html`${parts.map((part, at) => (at % 2 === 1 ? command(part) : part))}`;
}

/** Ready to copy. */
export function command(text: string): Html {
  return html`<code class="command">${text}</code>`;
}

/** For titles, which are text. */
export function withoutCommandMarks(sentence: string): string {
  return sentence.replaceAll("`", "");
}
