// Whether a program could be started here, found out without starting it.

export type Programs = {
  /** A name is searched on the PATH, a path from the repository's root. */
  has(program: string): boolean;
};
