import { terminalText } from "./terminal-text.ts";

/** A path as one word of a shell, to be pasted. */
export function shellWord(path: string): string {
  if (/^[\w./~+-]+$/.test(path)) return path;
  return `'${terminalText(path).replaceAll("'", "'\\''")}'`;
}

/** A program and its arguments as a line of a shell; braces need no quotes there. */
export function commandText(command: readonly string[]): string {
  return command.map((word) => (/^\{\w+\}$/.test(word) ? word : shellWord(word))).join(" ");
}
