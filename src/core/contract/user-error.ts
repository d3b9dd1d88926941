// Errors that a person can fix. Codes are permanent: scripts rely on them. Any other error is a bug and keeps its stack.

/** Exit codes of the command line: 1 a bad answer, 2 wrong usage, 3 could not do it. */
export type ExitCode = 1 | 2 | 3;

const EXIT_CODES = {
  usage: 2,
  config_invalid: 2,
  owner_unknown: 2,
  task_unknown: 1,
  task_ambiguous: 1,
  tree_invalid: 1,
  repository_missing: 3,
  port_taken: 3,
  address_refused: 2,
  server_missing: 3,
  runner_unavailable: 3,
  lease_held: 3,
  heartbeat_failed: 3,
  store_unusable: 3,
  exists_already: 3,
  file_not_written: 3,
  task_changed: 3,
  edit_refused: 1,
  run_refused: 1,
  person_needed: 1,
  run_not_started: 3,
  run_not_ended: 3,
  trust_needed: 3,
  service_unavailable: 3,
  not_active: 1,
  nothing_ready: 1,
} as const satisfies Record<string, ExitCode>;

export type ErrorCode = keyof typeof EXIT_CODES;

/** The one shape of what did not work: a code that programs compare, a sentence for people, and what to do next. */
export type Failure<Code extends string = string, Hint = string> = {
  readonly code: Code;
  /** What happened and why, one or two sentences, with file and line where there is one. */
  readonly message: string;
  readonly hint: Hint;
};

export type UserErrorDetails = Failure<ErrorCode> & { readonly cause?: unknown };

/** A failure a person can fix; the command line prints message, then hint. */
export class UserError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly exitCode: ExitCode;

  constructor(details: UserErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "UserError";
    this.code = details.code;
    this.hint = details.hint;
    this.exitCode = EXIT_CODES[details.code];
  }
}
