// Whether the text that YAML reads of a known key is another one than its writer meant, and what to write instead.

import { quote } from "../text/quote.ts";
import type { FrontMatterEntry } from "./front-matter.ts";
import { quotedForm } from "./quoted-form.ts";

export type MisreadValue = { readonly how: string; readonly advice: string };

/** Keys whose text may hold anything. Behind the others (`status: ready # for now`) a comment is only a comment. */
const FREE_TEXT_KEYS: ReadonlySet<string> = new Set(["title", "name", "description", "gates_waived"]);

/** Null for a value that is as it was meant. */
export function misreadValue({ key, written }: FrontMatterEntry): MisreadValue | null {
  if (written === null) return null;
  const inQuotes = quotedForm(key, written);
  switch (written[0]) {
    case "&":
      return { how: `YAML takes ${firstWord(written)} for an anchor`, advice: `Write ${inQuotes}.` };
    case "!":
      return { how: `YAML takes ${firstWord(written)} for a tag`, advice: `Write ${inQuotes}.` };
    case '"': {
      const advice = `Write ${quotedForm(key, written.replace(/^"|"\s*(?:#.*)?$/g, ""), "single")}, or each backslash twice.`;
      return { how: "In double quotes a backslash makes a character that does not show", advice };
    }
    default:
      return cutByComment(key, written);
  }
}

function cutByComment(key: string, written: string): MisreadValue | null {
  const comment = COMMENT.exec(written)?.[1] ?? written;
  // `#42` in the place of a value is meant as one; `# nobody yet` is not.
  const isMeant = FREE_TEXT_KEYS.has(key) || /^#\S/.test(written);
  if (!isMeant) return null;
  return {
    how: `YAML takes ${quote(comment)} for a comment`,
    advice: `If that belongs to the value, write ${quotedForm(key, written)}; if not, put the comment on a line of its own.`,
  };
}

const COMMENT = /(?:^|\s)(#.*)$/su;

const firstWord = (written: string) => quote(written.split(/\s/, 1)[0] ?? "");
