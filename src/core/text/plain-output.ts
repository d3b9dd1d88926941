// What a worker printed, as text that only shows. Commands to a terminal are taken out, since a program's colours and
// cursor moves mean nothing to a reader; every other character that acts or hides is made visible, so that nothing a
// worker printed reads as something else.

import { escapeCharacter } from "./escape-character.ts";
import { redactSecrets } from "./redact-secrets.ts";

/** One line of output for people, without secrets. Bytes that were no UTF-8 are the replacement character. */
export function shownOutput(line: string): string {
  const plain = plainOutput(line);
  const redacted = redactSecrets(plain);
  // A secret with invisible characters inside is one all the same.
  return redacted === plain ? visibleOutput(line) : redacted;
}

/** With everything that acts or hides made visible; secrets are still in it. */
export function visibleOutput(line: string): string {
  return line.replace(ESCAPE_SEQUENCE, "").replaceAll("\t", " ").replace(HIDDEN, escapeCharacter);
}

/** Only what shows: for comparing lines, and for finding secrets in them. Linear: every run is bounded, and none can start again inside itself. */
export function plainOutput(line: string): string {
  return line.replace(ESCAPE_SEQUENCE, "").replaceAll("\t", " ").replace(ACTING, "");
}

const ESCAPE = "\\u001B";
const BELL = "\\u0007";
/** Commands to a terminal: colours and cursor (CSI), titles and links (OSC), and the short ones. */
const ESCAPE_SEQUENCE = new RegExp(
  `${ESCAPE}(?:\\[[0-?]{0,64}[ -/]{0,8}[@-~]|\\][^${BELL}${ESCAPE}]{0,2048}(?:${BELL}|${ESCAPE}\\\\)|[ -/]{0,4}[0-~])`,
  "g",
);
/** Controls, direction marks and other invisible ones, separators, and halves of characters. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** The same, and what was no text at all. */
const ACTING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFD]/gu;
