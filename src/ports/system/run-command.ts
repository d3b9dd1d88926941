// The one way to run another program (git, gh): never through a shell, never with a terminal, always with a limit.
// One result record tells success and every kind of failure in the same fields; running a command never throws.

export type CommandRequest = {
  readonly program: string;
  /** Passed as they are; data that may start with `-` goes after `--`. */
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment of the command: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** The command and all it started are ended after this time. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** More output than this on stdout or stderr ends the command. */
  readonly outputBytesMax?: number;
  /** Gets stdout piece by piece instead of having it collected; `stop` ends the command as a success. */
  readonly onStdout?: (chunk: Uint8Array) => "more" | "stop";
};

/**
 * `exited`: it ran to its end (see `exitCode`). `stopped`: `onStdout` had enough.
 * `not_started`: there is no such program or folder.
 */
export type CommandEnding =
  | "exited"
  | "stopped"
  | "not_started"
  | "timed_out"
  | "aborted"
  | "output_too_large"
  | "killed";

export type CommandResult = {
  /** Exited with 0, or stopped because enough was read. */
  readonly ok: boolean;
  readonly ending: CommandEnding;
  readonly exitCode: number | null;
  /** The signal that ended it, such as `SIGTERM`. */
  readonly signalName: string | null;
  /** Decoded as UTF-8; empty when `onStdout` got it. */
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /** One sentence for a person, without secrets; empty on success. */
  readonly message: string;
};

export type RunCommand = (request: CommandRequest) => Promise<CommandResult>;
