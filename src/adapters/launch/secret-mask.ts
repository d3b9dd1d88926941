// Redacts known secrets in a stream of bytes. Bytes that may be the beginning of a secret are held back until the next
// piece decides; everything else passes at once.

const REDACTED = Buffer.from("[redacted]");

export class SecretMask {
  readonly #secrets: readonly Buffer[];
  #held = Buffer.alloc(0);

  /** `values`: longest first. */
  constructor(values: readonly string[]) {
    this.#secrets = values.map((value) => Buffer.from(value)).filter(({ length }) => length > 0);
  }

  /** What may be shown of the stream so far, beyond what was returned before. */
  push(piece: Buffer): Buffer {
    if (this.#secrets.length === 0) return piece;
    const { shown, held } = this.#mask(Buffer.concat([this.#held, piece]), (bytes, from) =>
      this.#beginningOfSecret(bytes, from),
    );
    this.#held = Buffer.from(held);
    return shown;
  }

  /** The held-back bytes, when nothing follows. */
  flush(): Buffer {
    const { shown } = this.#mask(this.#held, (bytes) => bytes.length);
    this.#held = Buffer.alloc(0);
    return shown;
  }

  /** `heldFrom`: where undecided bytes begin. */
  #mask(bytes: Buffer, heldFrom: (bytes: Buffer, from: number) => number) {
    const shown: Buffer[] = [];
    let at = 0;
    for (;;) {
      const limit = heldFrom(bytes, at);
      const found = this.#next(bytes, at);
      // A secret at or after the limit may still turn out to be part of a longer one.
      if (found === null || found.at >= limit) {
        shown.push(bytes.subarray(at, limit));
        return { shown: Buffer.concat(shown), held: bytes.subarray(limit) };
      }
      shown.push(bytes.subarray(at, found.at), REDACTED);
      at = found.at + found.length;
    }
  }

  /** The first secret from there on; of several at one position, the longest. */
  #next(bytes: Buffer, from: number): { readonly at: number; readonly length: number } | null {
    let first: { readonly at: number; readonly length: number } | null = null;
    for (const secret of this.#secrets) {
      const at = bytes.indexOf(secret, from);
      if (at !== -1 && (first === null || at < first.at)) first = { at, length: secret.length };
    }
    return first;
  }

  /** Where the bytes end with the beginning of a secret; their length if they do not. */
  #beginningOfSecret(bytes: Buffer, start: number): number {
    let earliest = bytes.length;
    for (const secret of this.#secrets) {
      const head = secret[0] ?? 0;
      const from = Math.max(start, bytes.length - secret.length + 1);
      for (let at = bytes.indexOf(head, from); at !== -1 && at < earliest; at = bytes.indexOf(head, at + 1)) {
        const length = bytes.length - at;
        if (bytes.compare(secret, 0, length, at) === 0) earliest = at;
      }
    }
    return earliest;
  }
}
