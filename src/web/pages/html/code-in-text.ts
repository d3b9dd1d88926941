import { type Html, html } from "./html.ts";

/** A sentence with `commands` between backticks as code. */
export function codeInText(text: string): Html {
  if (!text.includes("`")) return html`${text}`;
  const parts = text.split(/`([^`]+)`/);
  return html`${parts.map((part, at) => (at % 2 === 0 ? part : html`<code>${part}</code>`))}`;
}
