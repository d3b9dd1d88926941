// A fingerprint of the stamps of a whole tree: tells whether anything changed without loading an index.

import type { FileStamp } from "../contract/parsed-file.ts";

/** Independent of the order of stamps: sums of a 64-bit hash per file. */
export function fingerprintStamps(stamps: Iterable<FileStamp>): string {
  const number = new Float64Array(1);
  const halves = new Uint32Array(number.buffer);
  let count = 0;
  let sumA = 0;
  let sumB = 0;
  for (const { path, sizeBytes, mtimeMs, ctimeMs, inode } of stamps) {
    let a = 0x811c9dc5;
    let b = 0x9747b28c;
    const mix = (value: number): void => {
      a = Math.imul(a ^ value, 0x01000193);
      b = Math.imul(b ^ value, 0x5bd1e995);
      b ^= b >>> 15;
    };
    const mixNumber = (value: number): void => {
      number[0] = value;
      mix(halves[0] ?? 0);
      mix(halves[1] ?? 0);
    };
    for (let at = 0; at < path.length; at += 1) mix(path.charCodeAt(at));
    mixNumber(sizeBytes);
    mixNumber(mtimeMs);
    mixNumber(ctimeMs);
    mixNumber(inode);
    count += 1;
    sumA = (sumA + spread(a ^ (b >>> 7))) >>> 0;
    sumB = (sumB + spread(b ^ Math.imul(a, 0x27d4eb2d))) >>> 0;
  }
  return `${count}:${sumA.toString(16)}:${sumB.toString(16)}`;
}

/** The finaliser of MurmurHash3: each input bit affects each output bit. */
function spread(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
