// A JSON object with a checksum of itself as its first key: still plain JSON for every reader, and one that was cut off,
// zeroed or flipped by a bit is known for what it is (R5).

import { createHash, hash } from "node:crypto";
import { jsonParts } from "../../core/text/json-parts.ts";
import type { OpenFile } from "../file-system/atomic-write.ts";

const ALGORITHM = "sha256";
const HEAD = `{"checksum":"${ALGORITHM}:`;
const DIGEST_LENGTH = 64;
/** The closing quote of the checksum and the comma before the first real key. */
const NECK = `",`;
const SEAL_LENGTH = HEAD.length + DIGEST_LENGTH + NECK.length;

/**
 * A slice: about a millisecond to make bytes of and to hash, and as large as one write needs to be. Its one buffer is
 * all the memory that a file of any size takes (P22).
 */
const SLICE_BYTES = 128 * 1024;

/**
 * Writes `value`, which must have at least one key, to a new file. `turn` is awaited between slices. The checksum is
 * of every byte after it and known last: it is written at the head when the rest is there.
 */
export async function writeSealedJson(
  file: OpenFile,
  value: object,
  turn: () => Promise<void> = async () => {},
): Promise<void> {
  const digest = createHash(ALGORITHM);
  let position = SEAL_LENGTH;
  for (const bytes of slices(jsonParts(value))) {
    digest.update(bytes);
    await file.write(bytes, position);
    position += bytes.length;
    await turn();
  }
  await file.write(Buffer.from(HEAD + digest.digest("hex") + NECK, "latin1"), 0);
}

/** Texts as bytes, gathered in one buffer: a slice is only good until the next one is asked for. */
function* slices(texts: Iterable<string>): Generator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(SLICE_BYTES);
  let filled = 0;
  for (const text of withoutBrace(texts)) {
    const length = Buffer.byteLength(text);
    if (filled + length > SLICE_BYTES) {
      if (filled > 0) yield buffer.subarray(0, filled);
      filled = 0;
    }
    if (length > SLICE_BYTES) yield Buffer.from(text);
    else filled += buffer.write(text, filled);
  }
  if (filled > 0) yield buffer.subarray(0, filled);
}

/** The seal opens the object. */
function* withoutBrace(texts: Iterable<string>): Generator<string> {
  let isFirst = true;
  for (const text of texts) {
    yield isFirst ? text.slice(1) : text;
    isFirst = false;
  }
}

/** The object as text without its checksum; null when the bytes are not exactly what was sealed. */
export function openSealedJson(bytes: Buffer): string | null {
  const seal = bytes.toString("latin1", 0, SEAL_LENGTH);
  const body = bytes.subarray(SEAL_LENGTH);
  return seal === HEAD + hash(ALGORITHM, body) + NECK ? `{${body.toString("utf8")}` : null;
}
