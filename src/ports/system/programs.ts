// Whether a program could be started here: looked for without starting it.

export type Programs = {
  /** A name is looked for on the PATH, a path from the repository's root. */
  has(program: string): boolean;
};
