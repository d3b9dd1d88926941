// Reads the text of a git configuration file as git does: quoted values, escapes, comments, lines that go on. Nothing is
// followed: includes are entries like all others. What git would call damaged is left out, and the rest still counts.

export type GitConfigEntry = {
  /** In lower case. */
  readonly section: string;
  /** What stands in quotes after it; null without. */
  readonly subsection: string | null;
  /** In lower case. */
  readonly key: string;
  readonly value: string;
};

/** Entries in the order of the file. */
export function parseGitConfig(text: string): readonly GitConfigEntry[] {
  const source = text.replace(/^\ufeff/, "").replaceAll("\r\n", "\n");
  const entries: GitConfigEntry[] = [];
  let header: Header | null = null;
  let at = 0;
  while (at < source.length) {
    at = endOf(BLANK, source, at);
    if (source[at] === "[") {
      const match = matchAt(HEADER, source, at);
      header = match === null ? null : readHeader(match);
      at = match === null ? endOfLine(source, at) : at + match[0].length;
      continue;
    }
    const key = matchAt(KEY, source, at);
    if (key === null) {
      at = endOfLine(source, at);
      continue;
    }
    const value = readValue(source, at + key[0].length);
    if (header !== null && value.text !== null)
      entries.push({ ...header, key: (key[1] ?? "").toLowerCase(), value: value.text });
    at = value.end;
  }
  return entries;
}

type Header = Pick<GitConfigEntry, "section" | "subsection">;

const BLANK = /\s*/y;
const HEADER = /\[([A-Za-z0-9.-]+)(?:[ \t]+"((?:[^"\\\n]|\\[^\n])*)")?\]/y;
/** A key without `=` is a switch that is on. */
const KEY = /([A-Za-z][A-Za-z0-9-]*)[ \t]*(?:=[ \t]*|(?=\n|$))/y;

const ESCAPED: Readonly<Record<string, string>> = { n: "\n", t: "\t", b: "\b", '"': '"', "\\": "\\" };

/** `[remote "origin"]`, and the older `[remote.origin]`, whose second part is in lower case. */
function readHeader(match: RegExpExecArray): Header {
  const name = (match[1] ?? "").toLowerCase();
  if (match[2] !== undefined) return { section: name, subsection: match[2].replace(/\\(.)/g, "$1") };
  const dot = name.indexOf(".");
  return dot === -1
    ? { section: name, subsection: null }
    : { section: name.slice(0, dot), subsection: name.slice(dot + 1) };
}

/** Up to the end of the line that no backslash continues; blanks at the end count only in quotes. Null: damaged. */
function readValue(source: string, start: number): { readonly text: string | null; readonly end: number } {
  let text = "";
  let keptLength = 0;
  let quoted = false;
  let at = start;
  for (; at < source.length && source[at] !== "\n"; at += 1) {
    const character = source[at] ?? "";
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === "#" || character === ";")) break;
    else if (character === "\\") {
      at += 1;
      const next = source[at] ?? "";
      if (next === "\n") continue;
      const meant = ESCAPED[next];
      if (meant === undefined) return { text: null, end: endOfLine(source, at) };
      text += meant;
      keptLength = text.length;
      continue;
    } else text += character;
    if (quoted || !/\s/.test(character)) keptLength = text.length;
  }
  return { text: quoted ? null : text.slice(0, keptLength), end: endOfLine(source, at) };
}

function matchAt(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

function endOf(pattern: RegExp, source: string, at: number): number {
  return at + (matchAt(pattern, source, at)?.[0].length ?? 0);
}

function endOfLine(source: string, at: number): number {
  const end = source.indexOf("\n", at);
  return end === -1 ? source.length : end;
}
