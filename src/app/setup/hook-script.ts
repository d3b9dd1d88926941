// Our lines in a hook of git: marked, so that they can be found, replaced and taken out without touching anything else.
// They stand at the top, because what is there already may end the script; they start one process in the background and
// change neither the hook's result nor its input.

import { shellWord } from "../../core/text/shell-word.ts";

const BEGIN = "# tasks: begin (written by `tasks hooks install`; `tasks hooks uninstall` takes it out)";
const END = "# tasks: end";
const BEGIN_MARK = "# tasks: begin";
/** The file that is made when there is none. */
const EMPTY_SCRIPT = "#!/bin/sh\n";

export type HookCommand = {
  /** The program that this is, with its first arguments. */
  readonly command: readonly string[];
  /** Where the task tree is, relative to the folder that git runs hooks in. */
  readonly treeFolder: string;
};

/**
 * What a hook runs. Not after a checkout of files, where git's third argument is 0. In a subshell of its own, so that
 * a `wait` of the hook does not wait for it, and deaf to the terminal's end.
 */
export function hookLine({ command, treeFolder }: HookCommand): string {
  const tree = treeFolder === "" ? '"$PWD"' : `"$PWD"/${shellWord(treeFolder)}`;
  const words = [...command.map(shellWord), "reconcile", "--from-hook", "--repo", tree].join(" ");
  return `[ "\${3-1}" = 0 ] || (trap '' HUP; ${words} </dev/null >/dev/null 2>&1 &)`;
}

/** The script with our lines in it, once. Null when it has a beginning of ours without an end. */
export function addToScript(script: string | null, line: string): string | null {
  const rest = takeFromScript(script ?? EMPTY_SCRIPT);
  if (rest === null) return null;
  const start = rest.startsWith("#!") ? endOfFirstLine(rest) : 0;
  const first = rest.slice(0, start);
  const gap = first === "" || first.endsWith("\n") ? "" : "\n";
  return `${first}${gap}${BEGIN}\n${line}\n${END}\n${rest.slice(start)}`;
}

/** The script without our lines. Null when it has a beginning of ours without an end. */
export function takeFromScript(script: string): string | null {
  const kept: string[] = [];
  let isOurs = false;
  for (const line of script.split(/(?<=\n)/)) {
    if (line.startsWith(BEGIN_MARK)) isOurs = true;
    if (!isOurs) kept.push(line);
    if (line.trimEnd() === END) isOurs = false;
  }
  return isOurs ? null : kept.join("");
}

/** Nothing but what this program would begin a file with. */
export function isEmptyScript(script: string): boolean {
  return script.trim() === EMPTY_SCRIPT.trim();
}

/** What runs a script that is no shell's; null when a shell does, as also without a first line that says. */
export function otherInterpreter(script: string): string | null {
  if (!script.startsWith("#!")) return null;
  const words = script.slice(2, endOfFirstLine(script)).trim().split(/\s+/);
  const name = (word: string | undefined) => word?.split("/").at(-1) ?? "";
  const program = name(words[0]) === "env" ? words.slice(1).find((word) => !/^-|=/.test(word)) : words[0];
  return /^(?:ba|da|k|mk|z|a)?sh$/.test(name(program)) ? null : name(program);
}

function endOfFirstLine(text: string): number {
  const end = text.indexOf("\n");
  return end === -1 ? text.length : end + 1;
}
