// Secrets in environment variables, so that their values can be removed from text literally (S20). Most provider keys can
// be recognised (redact-secrets.ts); many passwords cannot.

import { redactSecrets } from "./redact-secrets.ts";

const REDACTED = "[redacted]";

/** Names of variables that hold secrets. `PASS` counts only as a whole word, and `PWD` not at all: it is a folder. */
const SECRET_NAME =
  /TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|API_?KEY|(?:ACCESS|PRIVATE|SIGNING|ENCRYPTION|ACCOUNT|MASTER)_?KEY|(?:^|_)(?:KEY|PAT|AUTH|COOKIE|DSN|PASS)$/i;
/** Shorter values are ordinary words, and redacting those would hide more than a secret. */
const VALUE_LENGTH_MIN = 6;
/** The largest keys are a few kilobytes; longer values are documents. */
const VALUE_LENGTH_MAX = 16_384;
/** Switches, numbers and paths are no secrets, whatever the variable's name. */
const NO_SECRET =
  /^(?:true|false|null|none|enabled|disabled|required|optional|\d{1,12}|~?\.{0,2}\/[^\n]*|[A-Za-z]:\\[^\n]*)$/i;
/** `scheme://user:password@host`, as in DATABASE_URL. */
const PASSWORD_IN_ADDRESS = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@:]*:([^\s/?#]+)@/i;

/** Longest first, each also in its JSON and URL-encoded form, without duplicates. */
export function secretValues(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const found = Object.entries(environment).flatMap(([name, value = ""]) => secretsIn(name, value.trim()));
  const forms = found.flatMap((value) => [
    value,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
  ]);
  return [...new Set(forms)].sort((one, other) => other.length - one.length);
}

/** The text without any of the values. */
export function hideValues(text: string, values: readonly string[]): string {
  return values.reduce((clean, value) => clean.replaceAll(value, REDACTED), text);
}

function secretsIn(name: string, value: string): string[] {
  if (value.length < VALUE_LENGTH_MIN || value.length > VALUE_LENGTH_MAX || NO_SECRET.test(value)) return [];
  const password = PASSWORD_IN_ADDRESS.exec(value)?.[1];
  if (password !== undefined) return password.length < VALUE_LENGTH_MIN ? [] : [password];
  return SECRET_NAME.test(name) || redactSecrets(value) === REDACTED ? [value] : [];
}
