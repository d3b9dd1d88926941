import { terminalText } from "./terminal-text.ts";

/** A path as one word of a shell, to be pasted. */
export function shellWord(path: string): string {
  if (/^[\w./~+-]+$/.test(path)) return path;
  return `'${terminalText(path).replaceAll("'", "'\\''")}'`;
}
