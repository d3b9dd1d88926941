// Bytes of a stream -> whole lines, however they were torn. A line over the limit is cut, and the rest of it is dropped: an
// agent that prints a gigabyte without a line feed takes no memory.

/** The largest event seen is a tool's output of some 100 KB; a screenshot in base64 takes a few megabytes. */
export const LINE_BYTES_MAX = 8 * 1024 * 1024;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export type Line = {
  /** Invalid UTF-8 becomes U+FFFD. Without line feed and carriage return. */
  readonly text: string;
  /** Bytes that were dropped because the line was too long. */
  readonly droppedBytes: number;
};

export class LineSplitter {
  readonly #onLine: (line: Line) => void;
  readonly #bytesMax: number;
  #pieces: Uint8Array[] = [];
  #keptBytes = 0;
  #droppedBytes = 0;

  constructor(onLine: (line: Line) => void, bytesMax = LINE_BYTES_MAX) {
    this.#onLine = onLine;
    this.#bytesMax = bytesMax;
  }

  push(bytes: Uint8Array): void {
    let from = 0;
    for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, from)) {
      this.#keep(bytes.subarray(from, at));
      this.#finish();
      from = at + 1;
    }
    this.#keep(bytes.subarray(from));
  }

  /** The stream is over: a last line may lack its line feed. */
  end(): void {
    if (this.#keptBytes > 0 || this.#droppedBytes > 0) this.#finish();
  }

  #keep(piece: Uint8Array): void {
    const room = this.#bytesMax - this.#keptBytes;
    const kept = piece.subarray(0, Math.max(0, room));
    // A copy: the stream may use its buffer again.
    if (kept.length > 0) this.#pieces.push(kept.slice());
    this.#keptBytes += kept.length;
    this.#droppedBytes += piece.length - kept.length;
  }

  #finish(): void {
    const bytes = joined(this.#pieces, this.#keptBytes);
    const line = { text: decode(bytes), droppedBytes: this.#droppedBytes };
    this.#pieces = [];
    this.#keptBytes = 0;
    this.#droppedBytes = 0;
    this.#onLine(line);
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1) return first;
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function decode(bytes: Uint8Array): string {
  const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, end));
}
