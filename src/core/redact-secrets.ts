// Takes secrets out of text that is about to be shown, logged or stored (S20). It rather blackens a harmless word than
// shows a password. Every pattern is linear: no repeated group contains another repetition, and every run is bounded
// or cannot start again inside itself, so that a megabyte of hostile text costs milliseconds.

const REDACTED = "[redacted]";

type Rule = { readonly pattern: RegExp; readonly replacement: string };

const RULES: readonly Rule[] = [
  // Private keys, whole; a block that never ends is taken to the end of the text.
  {
    pattern:
      /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:(?!-----END )[\s\S])*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
    replacement: REDACTED,
  },
  // scheme://user:password@host and scheme://token@host, with shell or URL escapes too. Up to the last @, which may be
  // part of the password.
  {
    pattern: /(\b[a-z][a-z0-9+.-]{1,20}(?:\\?:|%3a)(?:\\?\/|%2f){2})[^\s/?#"'<>]{1,256}(?:@|%40)/gi,
    replacement: `$1${REDACTED}@`,
  },
  // Tokens of GitHub, GitLab, Slack and npm, keys of OpenAI, Anthropic and AWS: all say what they are.
  {
    pattern:
      /\b(?:gh[pousr]_[A-Za-z0-9]{16,255}|github_pat_\w{16,255}|glpat-[\w-]{16,255}|xox[abeoprs]-[\w-]{10,255}|npm_[A-Za-z0-9]{30,255}|sk-[\w-]{20,255}|(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16})/g,
    replacement: REDACTED,
  },
  // JSON Web Tokens.
  { pattern: /\beyJ[\w-]{10,2048}\.[\w-]{1,4096}\.[\w-]{0,2048}/g, replacement: REDACTED },
  // "Authorization: Bearer x", and the same without its name.
  {
    pattern:
      /\b(authorization\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?(?:[a-z]{1,20}\s{1,4})?)[^\s"',;\\]{1,4096}/gi,
    replacement: `$1${REDACTED}`,
  },
  { pattern: /\b((?:bearer|basic)\s{1,4})[\w+/=.~-]{8,4096}/gi, replacement: `$1${REDACTED}` },
  // password=x, GH_TOKEN: "x", --api-key x, also inside JSON that was quoted once more.
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
