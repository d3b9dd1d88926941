// A JSON object whose first key is a checksum of the rest: still plain JSON for every reader, while truncation, zeroing
// and bit flips are detected (R5).

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
 * About a millisecond to encode and hash, and large enough for one write. Its one buffer is all the memory that a file
 * of any size takes (P22).
 */
const SLICE_BYTES = 128 * 1024;

/**
 * Writes `value`, which must have at least one key, to a new file. `turn` is awaited between slices. The checksum
 * covers every byte after it, so it is written last.
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

/** Texts as bytes, collected in one buffer: a slice is only valid until the next one is requested. */
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

/** The seal contains the opening brace. */
function* withoutBrace(texts: Iterable<string>): Generator<string> {
  let isFirst = true;
  for (const text of texts) {
    yield isFirst ? text.slice(1) : text;
    isFirst = false;
  }
}

/** The object as text without its checksum; null if the bytes are not exactly what was sealed. */
export function openSealedJson(bytes: Buffer): string | null {
  const seal = bytes.toString("latin1", 0, SEAL_LENGTH);
  const body = bytes.subarray(SEAL_LENGTH);
  return seal === HEAD + hash(ALGORITHM, body) + NECK ? `{${body.toString("utf8")}` : null;
}
