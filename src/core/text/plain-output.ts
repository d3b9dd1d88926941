// A worker's output as harmless text. Terminal escape sequences are removed; every other control or invisible character
// becomes visible, so that output cannot pose as something else.

import { redactSecrets } from "./redact-secrets.ts";

/** One line of output for people, without secrets. Bytes that are not UTF-8 are replacement characters. */
export function shownOutput(line: string): string {
  const plain = plainOutput(line);
  const redacted = redactSecrets(plain);
  // A secret with invisible characters inside is still a secret.
  return redacted === plain ? visibleOutput(line) : redacted;
}

/** Makes control and invisible characters visible. Secrets stay in. */
export function visibleOutput(line: string): string {
  return line.replace(ESCAPE_SEQUENCE, "").replaceAll("\t", " ").replace(HIDDEN, escapeCharacter);
}

/** Only visible characters: for comparing lines, and for finding secrets in them. */
export function plainOutput(line: string): string {
  return line.replace(ESCAPE_SEQUENCE, "").replaceAll("\t", " ").replace(ACTING, "");
}

const ESCAPE = "\\u001B";
const BELL = "\\u0007";
/** Colours and cursor (CSI), titles and links (OSC), and short sequences. Linear: every run is bounded. */
const ESCAPE_SEQUENCE = new RegExp(
  `${ESCAPE}(?:\\[[0-?]{0,64}[ -/]{0,8}[@-~]|\\][^${BELL}${ESCAPE}]{0,2048}(?:${BELL}|${ESCAPE}\\\\)|[ -/]{0,4}[0-~])`,
  "g",
);
/** Control, direction and other invisible characters, separators, and lone surrogates. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** The same, and replacement characters. */
const ACTING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFD]/gu;

/** A control or invisible character as visible text: `\\x1b`, `\\u202e`, `\\u{e0041}`. */
export function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${hex(code, 2)}`;
  return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\u{${hex(code, 5)}}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}
