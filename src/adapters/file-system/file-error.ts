// What a failed file operation means, in words for people. Node's messages contain absolute paths, which never leave
// the adapters.

const SENTENCES: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "the system does not permit it",
  ENOENT: "it is gone",
  ENOTDIR: "it is not a folder",
  EISDIR: "it is a folder",
  ELOOP: "it is a link",
  EMFILE: "this process has too many files open",
  ENFILE: "the system has too many files open",
  ENOSPC: "the disk is full",
  EDQUOT: "the quota of this user is used up",
  EROFS: "the disk is read-only",
  EIO: "the disk reported an error",
  ESTALE: "the network file system lost it",
  ETIMEDOUT: "the file system did not answer in time",
  ENAMETOOLONG: "its name is too long",
  ENOMEM: "the system is out of memory",
};

/** The system's code (`EACCES`), or `UNKNOWN` for what is not a system error. */
export function errorCode(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code ?? "UNKNOWN";
}

/** Part of a sentence, without any path: "permission denied (EACCES)". */
export function describeFileError(error: unknown): string {
  const code = errorCode(error);
  return `${SENTENCES[code] ?? "the system refused"} (${code})`;
}

/** A signal may interrupt a call at any time; a call that keeps being interrupted is an error. */
export const INTERRUPTED_ATTEMPTS = 5;

/** Retries a synchronous call that a signal interrupted (EINTR, R3). */
export function retryInterrupted<Result>(call: () => Result): Result {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return call();
    } catch (error) {
      if (errorCode(error) !== "EINTR" || attempt === INTERRUPTED_ATTEMPTS) throw error;
    }
  }
}

/** What `call` returns; `otherwise` when the system refuses. Errors that are not the system's are thrown. */
export function unlessRefused<Result, Other>(call: () => Result, otherwise: Other): Result | Other {
  try {
    return call();
  } catch (error) {
    if (errorCode(error) === "UNKNOWN") throw error;
    return otherwise;
  }
}

/** What `call` returns; `otherwise` when there is nothing at the path, or it fails with another of `codes`. */
export function unlessMissing<Result, Other>(
  call: () => Result,
  otherwise: Other,
  codes: readonly string[] = ["ENOENT"],
): Result | Other {
  try {
    return call();
  } catch (error) {
    if (codes.includes(errorCode(error))) return otherwise;
    throw error;
  }
}
