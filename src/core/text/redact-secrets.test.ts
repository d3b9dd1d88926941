import { describe, expect, test } from "vitest";
import { hideValues, redactSecrets, secretValues } from "./redact-secrets.ts";

// Planted secrets are put together here, so that no scanner takes this file for a leak.
const GITHUB = `ghp_${"a1B2".repeat(9)}`;
const SECRET = "s3cr3t-Value";

describe("S20: secrets never leave in text", () => {
  test.each<[string, string]>([
    ["a classic GitHub token", `fatal: ${GITHUB} refused`],
    ["an OAuth token", `gho_${SECRET.replaceAll("-", "")}0123456789`],
    ["a fine-grained token", `github_pat_11ABC_${SECRET.replaceAll("-", "")}0123456789`],
    ["user and password in a URL", `fatal: unable to access 'https://dave:${SECRET}@example.com/app.git/'`],
    ["a password with an @", `https://dave:p@${SECRET}@example.com/`],
    ["a token as the user", `https://${SECRET}@example.com/app.git`],
    ["a shell-escaped URL", `https\\://dave\\:${SECRET}\\@example.com/x`],
    ["a URL escaped for a URL", `next=https%3A%2F%2Fdave%3A${SECRET}%40example.com`],
    ["a bearer header", `Authorization: Bearer ${SECRET}`],
    ["a basic header in JSON", `{"authorization":"Basic ${SECRET}"}`],
    ["a bearer token alone", `curl sent bearer ${SECRET}xyz`],
    ["an assignment", `GH_TOKEN=${SECRET} gh pr list`],
    ["a query parameter", `https://example.com/hook?token=${SECRET}&x=1`],
    ["a JSON pair", `{"password": "${SECRET}"}`],
    ["a JSON pair quoted once more", `{\\"api_key\\":\\"${SECRET}\\"}`],
    ["a quoted value with spaces", `password="first ${SECRET} last"`],
    ["a flag", `tool --password ${SECRET} --verbose`],
    ["a private key", `-----BEGIN RSA PRIVATE KEY-----\n${SECRET}\n-----END RSA PRIVATE KEY-----`],
    ["a private key without its end", `-----BEGIN PRIVATE KEY-----\n${SECRET}\n`],
    ["a JSON Web Token", `eyJhbGciOiJIUzI1NiJ9.${SECRET}.c2lnbmF0dXJl`],
  ])("%s", (_name, text) => {
    const clean = redactSecrets(text);
    expect(clean).toContain("[redacted]");
    expect(clean).not.toContain(SECRET);
    expect(clean).not.toContain(GITHUB);
  });

  test("an AWS access key id", () => {
    expect(redactSecrets(`key ${"AKIA"}${"IOSFODNN7EXAMPLE"} used`)).toBe("key [redacted] used");
  });
});

const LETTERS = "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA3bC5dE7fG9hJ";
const HEX = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";

describe("S20: a key of each provider is seen by how it begins", () => {
  test.each<[provider: string, begin: string, rest: string]>([
    ["Anthropic", "sk-ant-api03-", LETTERS],
    ["Anthropic, subscription", "sk-ant-oat01-", LETTERS],
    ["OpenAI", "sk-proj-", LETTERS],
    ["OpenRouter", "sk-or-v1-", HEX],
    ["Google", "AIza", `SyD-${LETTERS.slice(0, 31)}`],
    ["Google, OAuth", "ya29.", `a0Af_${LETTERS}`],
    ["Google, refresh", "1//0", `g${LETTERS}`],
    ["Google, client", "GOCSPX-", LETTERS.slice(0, 28)],
    ["xAI", "xai-", LETTERS],
    ["Groq", "gsk_", LETTERS],
    ["Cerebras", "csk-", LETTERS],
    ["Hugging Face", "hf_", LETTERS.slice(0, 34)],
    ["Replicate", "r8_", LETTERS],
    ["Perplexity", "pplx-", LETTERS],
    ["Fireworks", "fw_", LETTERS.slice(0, 24)],
    ["Together", "tgp_v1_", LETTERS],
    ["NVIDIA", "nvapi-", LETTERS],
    ["Voyage", "pa-", LETTERS],
    ["AWS Bedrock", "ABSK", LETTERS],
    ["AWS", "AKIA", "IOSFODNN7EXAMPLE"],
    ["GitHub", "ghs_", LETTERS],
    ["GitHub, fine-grained", "github_pat_", LETTERS],
    ["GitLab", "glpat-", LETTERS],
    ["GitLab, deploy", "gldt-", LETTERS],
    ["Atlassian", "ATATT3", LETTERS],
    ["Slack", "xoxb-", LETTERS],
    ["npm", "npm_", LETTERS],
    ["PyPI", "pypi-", `AgEIcHlwaS5vcmc${LETTERS}${LETTERS}`],
    ["Docker", "dckr_pat_", LETTERS],
    ["Stripe", "sk_live_", LETTERS],
    ["Stripe, restricted", "rk_test_", LETTERS],
    ["SendGrid", "SG.", `${LETTERS.slice(0, 22)}.${LETTERS}`],
    ["Tavily", "tvly-", `dev-${LETTERS}`],
    ["LangSmith", "lsv2_pt_", HEX],
    ["Sourcegraph", "sgp_", LETTERS],
    ["Databricks", "dapi", HEX.slice(0, 32)],
    ["DigitalOcean", "dop_v1_", HEX],
    ["HashiCorp Vault", "hvs.", LETTERS],
    ["Supabase", "sbp_", HEX.slice(0, 40)],
    ["Linear", "lin_api_", LETTERS],
    ["Notion", "ntn_", LETTERS],
    ["Grafana", "glsa_", LETTERS],
    ["Sentry", "sntrys_", LETTERS],
    ["Telegram", "123456789:AA", LETTERS.slice(0, 33)],
  ])("%s", (_, begin, rest) => {
    const key = `${begin}${rest}`;
    for (const text of [key, `key is ${key}.`, `["${key}"]`, `x=${key}&y`, `\u001b[1m ${key}`]) {
      expect(redactSecrets(text)).toContain("[redacted]");
      expect(redactSecrets(text)).not.toContain(rest.slice(-12));
    }
  });
});

test.each<[string]>([
  ["fatal: not a git repository (or any of the parent directories): .git"],
  ["2 of 3 dependencies unfinished: fix-the-thing, token-refresh"],
  ["https://github.com/example/app/pull/12"],
  ["0fc2a1d41bd14f8a0d34a5a4c7a9a4e5b6c7d8e9"],
  ["dave@example.com said so"],
  ["task/sk-the-checkout-of-the-new-shop was merged".replace("sk-", "ask-")],
  ["src/pa-rser.ts:12 key_value hf_ xai- AIza"],
  ["https://example.com/1//0"],
])("what is no secret stays: %s", (text) => {
  expect(redactSecrets(text)).toBe(text);
});

test("what surrounds a secret stays", () => {
  expect(redactSecrets("unable to access 'https://dave:hunter2@example.com/app.git/': 403")).toBe(
    "unable to access 'https://[redacted]@example.com/app.git/': 403",
  );
});

describe("S20: a megabyte of hostile text takes time in proportion", () => {
  const hostile = [
    "a.",
    "https:",
    "a%3a%2f%2f",
    "x://",
    "password",
    "password=",
    "token ",
    "bearer ",
    "eyJaaaaaaaaaaaa.",
    "-----BEGIN PRIVATE KEY-----",
    "AKIA",
    "ghp_",
    "sk-",
    '\\"',
  ];
  test.each(hostile)("%j repeated", (piece) => {
    const small = elapsedMs(piece.repeat((256 * 1024) / piece.length));
    const large = elapsedMs(piece.repeat((1024 * 1024) / piece.length));
    // Four times the text: a quadratic rule would take sixteen times as long, and an exponential one would not return.
    expect(large).toBeLessThan(10 * Math.max(small, 5));
  });
});

/** Processor time, the best of five: what else the machine does meanwhile does not count. */
function elapsedMs(text: string): number {
  const times = [1, 2, 3, 4, 5].map(() => {
    const before = process.cpuUsage();
    redactSecrets(text);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

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
