// What git takes as the name of a branch (git-check-ref-format), so that a name from a host or from the configuration is
// checked before git gets it: a search or a path is no name.

/** Far more than file systems store. */
const LENGTH_MAX = 1_000;

export function isBranchName(name: string): boolean {
  return (
    name.isWellFormed() &&
    name.length <= LENGTH_MAX &&
    !FORBIDDEN.test(name) &&
    !RESERVED.has(name) &&
    name.split("/").every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock"))
  );
}

/** Characters that git reads as something else, a dash that a program takes for an option, and a dot at the end. */
const FORBIDDEN = /[\p{Cc} ~^:?*[\\]|\.\.|@\{|^-|\.$/u;
const RESERVED = new Set(["@", "HEAD"]);
