// A JSON object with a checksum of itself as its first key: still plain JSON for every reader, and one that was cut off,
// zeroed or flipped by a bit is known for what it is (R5).

import { hash } from "node:crypto";

const ALGORITHM = "sha256";
const HEAD = `{"checksum":"${ALGORITHM}:`;
const DIGEST_LENGTH = 64;
/** The closing quote of the checksum and the comma before the first real key. */
const NECK = `",`;
const SEAL_LENGTH = HEAD.length + DIGEST_LENGTH + NECK.length;

/**
 * `value` must have at least one key. The checksum is of every byte after it. The body is made bytes once, in its final
 * place: 10,000 tasks are 13 MB of text, and each copy of it would stay in a heap that lives on.
 */
export function sealJson(value: object): Buffer {
  const text = JSON.stringify(value).slice(1);
  const sealed = Buffer.allocUnsafe(SEAL_LENGTH + Buffer.byteLength(text));
  sealed.write(text, SEAL_LENGTH, "utf8");
  sealed.write(HEAD + hash(ALGORITHM, sealed.subarray(SEAL_LENGTH)) + NECK, "latin1");
  return sealed;
}

/** The object as text without its checksum; null when the bytes are not exactly what was sealed. */
export function openSealedJson(bytes: Buffer): string | null {
  const seal = bytes.toString("latin1", 0, SEAL_LENGTH);
  const body = bytes.subarray(SEAL_LENGTH);
  return seal === HEAD + hash(ALGORITHM, body) + NECK ? `{${body.toString("utf8")}` : null;
}
