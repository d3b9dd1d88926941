// Where a browser goes after an action: back to its page, never to another site (S22).

import { parseTarget, TARGET_MAX_CHARACTERS } from "./request-path.ts";

const HOME = "/status";

/** The path if it is one of this server's, else the status page. */
export function localPath(asked: string | undefined): string {
  if (asked === undefined || asked.length > TARGET_MAX_CHARACTERS) return HOME;
  // `//host`, `/\host` and absolute addresses are not plain paths.
  return parseTarget(asked) === null ? HOME : asked;
}
