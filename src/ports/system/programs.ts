// Whether a program could be started here, found out without starting it.

export type Programs = {
  /** A name is searched on the PATH, a path from the repository's root. */
  has(program: string): boolean;
  /** Says which file it is, links followed, and changes when that is another one or was written again; null without one. */
  stamp(program: string): string | null;
};
