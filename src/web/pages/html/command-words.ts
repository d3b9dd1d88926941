// Commands in sentences: text between backticks, selectable with one click.

import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { shellWord } from "../../../core/text/shell-word.ts";
import { type Html, html } from "./html.ts";

/** "run `gh auth login`" with its commands as code; an unpaired backtick stays. */
export function commandWords(sentence: string): Html {
  const parts = sentence.split("`");
  if (parts.length % 2 === 0) return html`<bdi>${sentence}</bdi>`;
  return html`${parts.map((part, at) => (at % 2 === 1 ? command(part) : part))}`;
}

export function command(text: string): Html {
  return html`<code class="command">${text}</code>`;
}

/** For title attributes. */
export function withoutCommandMarks(sentence: string): string {
  return sentence.replaceAll("`", "");
}
/** A sentence with `commands` between backticks as code. */
export function codeInText(text: string): Html {
  if (!text.includes("`")) return html`${text}`;
  const parts = text.split(/`([^`]+)`/);
  return html`${parts.map((part, at) => (at % 2 === 0 ? part : html`<code>${part}</code>`))}`;
}
/** Ready to copy into a shell, whatever the key contains. */
export function completeCommand({ key }: Pick<TaskRow, "key">): string {
  return `tasks complete ${shellWord(key)}`;
}
