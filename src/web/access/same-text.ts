import { createHash, timingSafeEqual } from "node:crypto";

/** Compares in constant time: the duration reveals neither where the texts differ nor how long the expected one is. */
export function sameText(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}
