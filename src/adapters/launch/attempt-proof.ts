// The secret of one attempt of a run (core/run/attempt-proof.ts).

import { hash, randomBytes } from "node:crypto";

const SECRET_BYTES = 32;
/** By it a secret is known in any text, and taken out (core/redact-secrets.ts). */
const PREFIX = "tasksrun_";

export function newAttemptProof(): { readonly secret: string; readonly hash: string } {
  const secret = PREFIX + randomBytes(SECRET_BYTES).toString("base64url");
  return { secret, hash: hashOfProof(secret) };
}

/** What the store holds instead of the secret. */
export function hashOfProof(secret: string): string {
  return hash("sha256", secret, "hex");
}
