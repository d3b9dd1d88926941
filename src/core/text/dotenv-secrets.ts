// Secrets in a `.env` file that a worker gets. All its values count, whatever their names: people put into it what must not be
// seen. Readers of such files differ in quotes and comments, so each value is taken in every way one of them may read it.

import { couldBeSecret, passwordIn, secretForms } from "./redact-secrets.ts";

/** Each is searched for in every piece of output. */
export const DOTENV_VALUES_MAX = 200;

/** `KEY=value`, also with `export`, quotes, or a value of several lines in quotes. Linear: no run can restart inside itself. */
const ASSIGNMENT =
  /^[ \t]*(?:export[ \t]+)?[\w.-]{1,200}[ \t]*[=:][ \t]*(?:"((?:\\[\s\S]|[^"\\])*)"|'([^']*)'|`([^`]*)`|([^\r\n]*))/gm;
/** Words of every other log line; a secret is none of them. */
const ORDINARY =
  /^(?:development|production|staging|testing|default|verbose|localhost(?::\d+)?|[a-z]+:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?\/?)$/i;

/** How many values the text sets. */
export function countDotenvValues(text: string): number {
  return [...text.matchAll(ASSIGNMENT)].length;
}

/** Longest first, each also in its JSON and URL-encoded form; of at most DOTENV_VALUES_MAX values. */
export function dotenvSecrets(text: string): readonly string[] {
  const values = [...text.matchAll(ASSIGNMENT)].slice(0, DOTENV_VALUES_MAX).flatMap(readings);
  const passwords = values.flatMap((value) => passwordIn(value) ?? []);
  return secretForms(
    [...values, ...passwords].filter((value) => couldBeSecret(value) && !ORDINARY.test(value)),
  );
}

function readings([, double, single, back, bare]: RegExpExecArray): string[] {
  const quoted = double ?? single ?? back;
  if (quoted !== undefined) return [quoted.trim(), unescaped(quoted).trim()];
  const text = (bare ?? "").trim();
  return [text, text.replace(/\s+#.*$/, ""), text.replace(/#.*$/, "").trim(), text.replace(/^["'`]/, "")];
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

function unescaped(text: string): string {
  return text.replace(/\\([\s\S])/g, (_, character: string) => ESCAPES[character] ?? character);
}
