// Detects values of known keys that YAML does not read as they are written, and says what to write instead.

import { quote } from "../text/quote.ts";
import type { FrontMatterEntry } from "./front-matter-entry.ts";
import { quotedForm } from "./write-text.ts";

export type MisreadValue = { readonly how: string; readonly hint: string };

/** Free text, where a `#` may be meant as text. After other values (`status: ready # for now`) it starts a comment. */
const FREE_TEXT_KEYS: ReadonlySet<string> = new Set(["title", "name", "description", "gates_waived"]);

/** Null if YAML reads what is written. */
export function misreadValue({ key, written }: FrontMatterEntry): MisreadValue | null {
  if (written === null) return null;
  const inQuotes = quotedForm(key, written);
  switch (written[0]) {
    case "&":
      return { how: `YAML takes ${firstWord(written)} for an anchor`, hint: `Write ${inQuotes}.` };
    case "!":
      return { how: `YAML takes ${firstWord(written)} for a tag`, hint: `Write ${inQuotes}.` };
    case '"': {
      const hint = `Write ${quotedForm(key, written.replace(/^"|"\s*(?:#.*)?$/g, ""), "single")}, or double each backslash.`;
      return { how: "A backslash in double quotes makes an invisible character", hint };
    }
    default:
      return cutByComment(key, written);
  }
}

function cutByComment(key: string, written: string): MisreadValue | null {
  const comment = COMMENT.exec(written)?.[1] ?? written;
  // `#42` instead of a value is meant as one; `# not yet` is not.
  const isMeant = FREE_TEXT_KEYS.has(key) || /^#\S/.test(written);
  if (!isMeant) return null;
  return {
    how: `YAML takes ${quote(comment)} for a comment`,
    hint: `If it belongs to the value, write ${quotedForm(key, written)}; if not, move the comment to another line.`,
  };
}

const COMMENT = /(?:^|\s)(#.*)$/su;

const firstWord = (written: string) => quote(written.split(/\s/, 1)[0] ?? "");
