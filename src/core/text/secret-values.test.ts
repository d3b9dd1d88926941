import { expect, test } from "vitest";
import { hideValues, secretValues } from "./secret-values.ts";

const PASSWORD = "correct-horse";

test.each<[name: string, value: string]>([
  ["OPENAI_API_KEY", PASSWORD],
  ["DEEPSEEK_APIKEY", PASSWORD],
  ["NPM_TOKEN", PASSWORD],
  ["DB_PASSWORD", PASSWORD],
  ["MYSQL_PASS", PASSWORD],
  ["AWS_SECRET_ACCESS_KEY", PASSWORD],
  ["AZURE_STORAGE_ACCOUNT_KEY", PASSWORD],
  ["GH_PAT", PASSWORD],
  ["REGISTRY_AUTH", PASSWORD],
  ["SENTRY_DSN", PASSWORD],
  ["TASKS_RUN_SECRET", PASSWORD],
  ["my_token", PASSWORD],
])("S20: the value of %s counts as a secret", (name, value) => {
  expect(secretValues({ [name]: value })).toEqual([value]);
});

test("S20: a key that says what it is counts under any name, and so does a password in an address", () => {
  const key = `ghp_${"a1B2".repeat(9)}`;
  expect(secretValues({ WHATEVER: key })).toEqual([key]);
  expect(secretValues({ DATABASE_URL: `postgres://app:${PASSWORD}@db/app` })).toEqual([PASSWORD]);
});

test.each<[name: string, value: string | undefined]>([
  ["PWD", "/home/mia/secret"],
  ["GOOGLE_APPLICATION_CREDENTIALS", "/etc/key.json"],
  ["SSH_AUTH_SOCK", "/tmp/agent.1"],
  ["USE_TOKEN", "true"],
  ["MAX_TOKENS", "200000"],
  ["TOKEN", "short"],
  ["TOKEN", undefined],
  ["EDITOR", "vim -f --noplugin"],
])("%s=%s is no secret", (name, value) => {
  expect(secretValues({ [name]: value })).toEqual([]);
});

test("S20: values are hidden in the forms that JSON and addresses give them, the longest first", () => {
  const values = secretValues({ A_TOKEN: 'a "quoted" one', B_TOKEN: "abcdef", C_TOKEN: "abcdefgh" });
  const text = `abcdefgh abcdef {"token":"a \\"quoted\\" one"} ?t=${encodeURIComponent('a "quoted" one')}`;
  expect(hideValues(text, values)).toBe('[redacted] [redacted] {"token":"[redacted]"} ?t=[redacted]');
});
