// The one way to run another program (git, gh): never through a shell, never with a terminal, always with a limit.
// Success and every kind of failure come in one result record; running a command never throws.

export type CommandRequest = {
  readonly program: string;
  /** Passed as they are; data that may start with `-` goes after `--`. */
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** After this time the command and its descendants are ended. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** More output than this on stdout or stderr ends the command. */
  readonly outputBytesMax?: number;
  /** Streams stdout instead of collecting it; `stop` ends the command as a success. */
  readonly onStdout?: (chunk: Uint8Array) => "more" | "stop";
};

/** `exited`: see `exitCode`. `stopped`: by `onStdout`. `not_started`: no such program or folder. */
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
