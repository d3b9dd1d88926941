// Removes secrets from text before it is shown, logged or stored (S20); prefers redacting a harmless word to showing a
// password. Every pattern is linear: no repeated group contains another repetition, and every run is bounded or cannot
// restart inside itself, so a megabyte of hostile text costs milliseconds.

export const REDACTED = "[redacted]";

/** Keys and tokens with a telling prefix, from the providers' documentation and the rules of gitleaks. */
const KEY_SHAPES: readonly string[] = [
  // Our own: a worker's proof
  "tasksrun_[\\w-]{20,64}",
  // GitHub, GitLab, Bitbucket and Atlassian
  "gh[pousr]_[A-Za-z0-9]{16,255}",
  "github_pat_\\w{16,255}",
  "gl[a-z]{2,6}-[\\w-]{16,255}",
  "ATATT3[\\w=-]{20,255}",
  "ATBB[A-Za-z0-9]{20,64}",
  // OpenAI, Anthropic, DeepSeek, OpenRouter, Moonshot and others with the same form
  "sk-[\\w-]{20,255}",
  // Google: API keys, OAuth access and refresh tokens, client secrets
  "AIza[\\w-]{30,64}",
  "ya29\\.[\\w-]{20,2048}",
  "1//0[\\w-]{20,512}",
  "GOCSPX-[\\w-]{20,64}",
  // xAI, Groq, Cerebras, Hugging Face, Replicate, Perplexity, Fireworks, Together, NVIDIA, Voyage, AWS Bedrock
  "xai-[\\w-]{20,255}",
  "gsk_[A-Za-z0-9]{20,255}",
  "csk-[A-Za-z0-9]{20,255}",
  "hf_[A-Za-z0-9]{20,255}",
  "api_org_[A-Za-z0-9]{20,255}",
  "r8_[A-Za-z0-9]{20,255}",
  "pplx-[A-Za-z0-9]{20,255}",
  "fw_[A-Za-z0-9]{16,255}",
  "tgp_v1_[\\w-]{20,255}",
  "nvapi-[\\w-]{20,255}",
  "pa-[\\w-]{40,255}",
  "ABSK[A-Za-z0-9+/=]{40,512}",
  // Search and sandboxes used by agents: Tavily, E2B, LangSmith, Cursor, Sourcegraph
  "tvly-[\\w-]{16,255}",
  "e2b_[a-z0-9]{20,255}",
  "lsv2_[a-z]{2}_\\w{20,255}",
  "key_[a-f0-9]{40,128}",
  "sg[pm]_\\w{20,255}",
  // AWS
  "(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}",
  // Slack, npm, PyPI, Docker, Stripe, SendGrid, Twilio, Shopify, Square
  "xox[abeoprs]-[\\w-]{10,255}",
  "xapp-\\d-[\\w-]{10,255}",
  "npm_[A-Za-z0-9]{30,255}",
  "pypi-[\\w-]{50,1024}",
  "dckr_[a-z]{3}_[\\w-]{20,255}",
  "(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,255}",
  "whsec_[A-Za-z0-9+/=]{20,255}",
  "SG\\.[\\w-]{16,64}\\.[\\w-]{16,64}",
  "SK[a-f0-9]{32}",
  "shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",
  "sq0[a-z]{3}-[\\w-]{22,64}",
  // Clouds and services: DigitalOcean, Fly, Netlify, Vercel, Supabase, Databricks, HashiCorp, Doppler, Heroku
  "do[opr]_v1_[a-f0-9]{64}",
  "FlyV1 fm\\d_[\\w+/=-]{20,1024}",
  "nfp_[A-Za-z0-9]{20,64}",
  "vc[kpiar]_[A-Za-z0-9]{20,255}",
  "sb[pa]_[a-f0-9]{40}",
  "sb_secret_[\\w-]{20,64}",
  "dapi[a-f0-9]{32}",
  "hv[sbr]\\.[\\w-]{20,512}",
  "dp\\.[a-z]{2,6}\\.[\\w.-]{20,255}",
  "HRKU-[\\w-]{30,64}",
  // Grafana, New Relic, Sentry, Linear, Notion, Figma, Postman, Telegram, age
  "gl(?:sa|c)_[A-Za-z0-9+/=_]{20,512}",
  "NRAK-[A-Z0-9]{20,64}",
  "sntry[su]_[\\w+/=]{20,512}",
  "lin_(?:api|oauth)_[A-Za-z0-9]{20,255}",
  "(?:ntn|secret)_[A-Za-z0-9]{40,64}",
  "figd_[\\w-]{20,255}",
  "PMAK-[a-f0-9-]{30,128}",
  "\\d{8,10}:AA[\\w-]{33}",
  "AGE-SECRET-KEY-1[0-9A-Z]{50,64}",
];

type Rule = { readonly pattern: RegExp; readonly replacement: string };

const RULES: readonly Rule[] = [
  // Whole private keys; an unclosed block runs to the end of the text.
  {
    pattern:
      /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:(?!-----END )[\s\S])*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
    replacement: REDACTED,
  },
  // scheme://user:password@host and scheme://token@host, also with shell or URL escapes. Up to the last @, since a
  // password may contain one.
  {
    pattern: /(\b[a-z][a-z0-9+.-]{1,20}(?:\\?:|%3a)(?:\\?\/|%2f){2})[^\s/?#"'<>]{1,256}(?:@|%40)/gi,
    replacement: `$1${REDACTED}@`,
  },
  // Keys and tokens with a telling prefix.
  { pattern: new RegExp(`(?<![\\w-])(?:${KEY_SHAPES.join("|")})`, "g"), replacement: REDACTED },
  // JSON Web Tokens.
  { pattern: /\beyJ[\w-]{10,2048}\.[\w-]{1,4096}\.[\w-]{0,2048}/g, replacement: REDACTED },
  // "Authorization: Bearer x", and the value alone.
  {
    pattern:
      /\b(authorization\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?(?:[a-z]{1,20}\s{1,4})?)[^\s"',;\\]{1,4096}/gi,
    replacement: `$1${REDACTED}`,
  },
  { pattern: /\b((?:bearer|basic)\s{1,4})[\w+/=.~-]{8,4096}/gi, replacement: `$1${REDACTED}` },
  // password=x, GH_TOKEN: "x", --api-key x, also inside JSON in a quoted string.
  {
    pattern:
      /((?:token|secret|password|passwd|passphrase|api[_-]?key|access[_-]?key|credentials?)\\?["']?(?:\s{0,4}[=:]\s{0,4}|\s{1,4}(?=["'])))(?:\\?"[^"\n]{1,4096}"|'[^'\n]{1,4096}'|[^\s"'&,;]{1,4096})/gi,
    replacement: `$1${REDACTED}`,
  },
  {
    pattern: /(--?(?:token|secret|password|passphrase|api-key)\s{1,4})[^\s"']{1,4096}/gi,
    replacement: `$1${REDACTED}`,
  },
];

/** The text without anything that looks like a secret. */
export function redactSecrets(text: string): string {
  return RULES.reduce((clean, { pattern, replacement }) => clean.replace(pattern, replacement), text);
}

// Secrets in environment variables, so that their values can be removed from text literally (S20). Most provider keys can be
// recognised by their form; many passwords cannot.

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

/** Secrets in variables: longest first, each also in its JSON and URL-encoded form, without duplicates. */
export function secretValues(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const found = Object.entries(environment).flatMap(([name, value = ""]) => secretsIn(name, value.trim()));
  return secretForms(found);
}

/** Each value also in its JSON and URL-encoded form: longest first, without duplicates. */
export function secretForms(values: readonly string[]): readonly string[] {
  const forms = values.flatMap((value) => [
    value,
    encodeURIComponent(value.toWellFormed()),
    JSON.stringify(value).slice(1, -1),
  ]);
  return [...new Set(forms)].sort((one, other) => other.length - one.length);
}

/** The text without any of the values. */
export function hideValues(text: string, values: readonly string[]): string {
  return values.reduce((clean, value) => clean.replaceAll(value, REDACTED), text);
}

/** Neither too short nor too long, and no switch, number or path. */
export function couldBeSecret(value: string): boolean {
  return value.length >= VALUE_LENGTH_MIN && value.length <= VALUE_LENGTH_MAX && !NO_SECRET.test(value);
}

/** The password of an address, or null. */
export function passwordIn(value: string): string | null {
  return PASSWORD_IN_ADDRESS.exec(value)?.[1] ?? null;
}

function secretsIn(name: string, value: string): string[] {
  if (!couldBeSecret(value)) return [];
  const password = passwordIn(value);
  if (password !== null) return password.length < VALUE_LENGTH_MIN ? [] : [password];
  return SECRET_NAME.test(name) || redactSecrets(value) === REDACTED ? [value] : [];
}
