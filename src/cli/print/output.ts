// Where a command prints: stdout is the result and nothing else, stderr is everything else (C2).

/** Both streams take whole lines; what varies in them has passed `terminalText`. */
export type Output = {
  /** A line or block of the result. */
  result(text: string): void;
  /** A line about the work: notes, errors. */
  note(text: string): void;
  readonly resultStyle: Style;
  readonly noteStyle: Style;
  /** Columns to fit result lines into; null when the result goes to a file or pipe, which take any length. */
  readonly resultColumns: number | null;
  /** A line of progress that the next one replaces, or null to clear it; does nothing without a terminal. */
  progress(text: string | null): void;
};

/** Adds nothing where colour is off, so that the words carry the meaning. */
export type Style = Readonly<Record<"strong" | "quiet" | "alarm" | "good", (text: string) => string>>;

/** The part of a Node stream that printing needs. */
export type PrintStream = {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
};

export type OutputSettings = {
  readonly stdout: PrintStream;
  readonly stderr: PrintStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
};

const CLEAR_LINE = "\r\u001B[K";

/** Output onto two streams; colour only on a terminal, and never with NO_COLOR or a terminal that has none. */
export function createOutput({ stdout, stderr, environment }: OutputSettings): Output {
  const hasColour = (stream: PrintStream) =>
    stream.isTTY === true && (environment["NO_COLOR"] ?? "") === "" && environment["TERM"] !== "dumb";
  let progressShown = false;
  const clear = () => {
    if (progressShown) stderr.write(CLEAR_LINE);
    progressShown = false;
  };
  return {
    result: (text) => {
      clear();
      stdout.write(`${text}\n`);
    },
    note: (text) => {
      clear();
      stderr.write(`${text}\n`);
    },
    progress: (text) => {
      clear();
      if (text === null || stderr.isTTY !== true || environment["TERM"] === "dumb") return;
      stderr.write(text);
      progressShown = true;
    },
    resultStyle: hasColour(stdout) ? COLOURED : PLAIN,
    noteStyle: hasColour(stderr) ? COLOURED : PLAIN,
    resultColumns: stdout.isTTY === true ? (stdout.columns ?? null) : null,
  };
}

const same = (text: string) => text;
const PLAIN: Style = { strong: same, quiet: same, alarm: same, good: same };

const paint = (on: number, off: number) => (text: string) => `\u001B[${on}m${text}\u001B[${off}m`;
const COLOURED: Style = {
  strong: paint(1, 22),
  quiet: paint(2, 22),
  alarm: paint(31, 39),
  good: paint(32, 39),
};
