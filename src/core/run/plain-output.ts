// What a worker printed, as text that only shows: what acts on a terminal, or hides, is taken out rather than made
// visible, since a program's colours and cursor moves mean nothing to a reader.

/** One line of output. Linear: every run is bounded, and none can start again inside itself. */
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
/** Controls, direction marks and other invisible ones, separators, halves of characters, and what was no text at all. */
const ACTING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFD]/gu;
