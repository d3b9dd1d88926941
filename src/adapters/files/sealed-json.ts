// A JSON object with a checksum of itself as its first key: still plain JSON for every reader, and one that was cut off,
// zeroed or flipped by a bit is known for what it is (R5).

import { hash } from "node:crypto";

const ALGORITHM = "sha256";
const HEAD = `{"checksum":"${ALGORITHM}:`;
const DIGEST_LENGTH = 64;
/** The closing quote of the checksum and the comma before the first real key. */
const NECK = `",`;
const SEAL_LENGTH = HEAD.length + DIGEST_LENGTH + NECK.length;

/** `value` must have at least one key. The checksum is of every byte after it. */
export function sealJson(value: object): string {
  const body = JSON.stringify(value).slice(1);
  return HEAD + hash(ALGORITHM, body) + NECK + body;
}

/** The object as text without its checksum; null when the bytes are not exactly what was sealed. */
export function openSealedJson(bytes: Buffer): string | null {
  const seal = bytes.toString("latin1", 0, SEAL_LENGTH);
  const body = bytes.subarray(SEAL_LENGTH);
  return seal === HEAD + hash(ALGORITHM, body) + NECK ? `{${body.toString("utf8")}` : null;
}
