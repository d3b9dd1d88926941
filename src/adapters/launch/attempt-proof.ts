// The secret of one attempt of a run.

import { hash, randomBytes } from "node:crypto";

const SECRET_BYTES = 32;
/** Identifies a secret in any text, so that it is redacted (core/text/redact-secrets.ts). */
const PREFIX = "tasksrun_";

export function newAttemptProof(): { readonly secret: string; readonly hash: string } {
  const secret = PREFIX + randomBytes(SECRET_BYTES).toString("base64url");
  return { secret, hash: hashOfProof(secret) };
}

/** What the store has instead of the secret. */
export function hashOfProof(secret: string): string {
  return hash("sha256", secret, "hex");
}
