// Where a browser goes after an action: back to the page it came from, and never to another site (S22).

import { parseTarget, TARGET_MAX_CHARACTERS } from "./request-path.ts";

const HOME = "/status";

/** The path when it is plainly one of this server's own, else the status page. */
export function localPath(asked: string | undefined): string {
  if (asked === undefined || asked.length > TARGET_MAX_CHARACTERS) return HOME;
  // `//host`, `/\host` and absolute addresses are no plain paths.
  return parseTarget(asked) === null ? HOME : asked;
}
