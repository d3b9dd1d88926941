// Locates the front matter between a first line `---` and the next line `---`. Markers of other engines (`---js`, `+++`,
// `;;;`) are recognised only to be refused.

export type FoundBlock =
  | { readonly kind: "block"; readonly start: number; readonly end: number; readonly bodyStart: number }
  | { readonly kind: "absent" }
  | { readonly kind: "unclosed" }
  | { readonly kind: "language"; readonly language: string };

const BYTE_ORDER_MARK = 0xfeff;

/** Offsets of the YAML (`start` to `end`) and of the body after it. */
export function findBlock(text: string): FoundBlock {
  const top = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  const lineEnd = endOfLine(text, top);
  const rest = afterMarker(text, top, lineEnd);
  if (rest === null) return otherEngine(text.slice(top, lineEnd));
  if (rest !== "") return isLanguage(rest) ? { kind: "language", language: rest } : { kind: "absent" };

  for (let at = text.indexOf("\n---", lineEnd); at !== -1; at = text.indexOf("\n---", at + 1)) {
    const closingEnd = endOfLine(text, at + 1);
    if (afterMarker(text, at + 1, closingEnd) === "") {
      return {
        kind: "block",
        start: lineEnd + 1,
        end: at + 1,
        bodyStart: Math.min(closingEnd + 1, text.length),
      };
    }
  }
  return { kind: "unclosed" };
}

function endOfLine(text: string, from: number): number {
  const at = text.indexOf("\n", from);
  return at === -1 ? text.length : at;
}

/** The trimmed rest of a line that starts with `---`; null for other lines. */
function afterMarker(text: string, start: number, end: number): string | null {
  if (!text.startsWith("---", start)) return null;
  return end === start + 3 ? "" : text.slice(start + 3, end).trim();
}

const isLanguage = (rest: string) => /^[a-z][a-z0-9+#_-]{0,30}$/i.test(rest);

const OTHER_ENGINES: ReadonlyMap<string, string> = new Map([
  ["+++", "toml"],
  [";;;", "json"],
]);

function otherEngine(firstLine: string): FoundBlock {
  const language = OTHER_ENGINES.get(firstLine.slice(0, 10).trim());
  return language === undefined ? { kind: "absent" } : { kind: "language", language };
}
