const FNV_START = 0x811c9dc5;
/** Hashes from two starts are as good as one of 64 bits. */
export const OTHER_START = 0x01000193;

/** FNV-1a, 32 bits, of UTF-16 code units: spreads short texts evenly. Nothing secret may depend on it. */
export function textHash(text: string, start = FNV_START): number {
  let hash = start;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
}
