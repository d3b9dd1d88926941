import { expect, test } from "vitest";
import { redactSecrets, secretValues } from "../../core/text/redact-secrets.ts";
import { hashOfProof, newAttemptProof } from "./attempt-proof.ts";

test("J28: each attempt has a proof of its own, and its hash does not say it", () => {
  const [one, other] = [newAttemptProof(), newAttemptProof()];
  expect(one.secret).not.toBe(other.secret);
  expect(one.hash).toBe(hashOfProof(one.secret));
  expect(one.hash).not.toContain(one.secret);
});

test("J28: the proof counts as a secret wherever text is shown", () => {
  const { secret } = newAttemptProof();
  expect(redactSecrets(`env: TASKS_RUN_PROOF=${secret} and ${secret}`)).not.toContain(secret);
  expect(secretValues({ TASKS_RUN_PROOF: secret })).toEqual([secret]);
});
