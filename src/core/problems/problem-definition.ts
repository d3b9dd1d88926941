import type { Problem } from "../contract/problem.ts";

/** One kind of problem; `Details` are the facts in its sentence. */
export type ProblemDefinition<Details> = {
  readonly severity: Problem["severity"];
  /** Nothing in the file can be used: its last good parse replaces it. */
  readonly unreadable?: true;
  /** The file could not be opened: its content is unknown rather than bad. */
  readonly refused?: true;
  /** For the table in docs/format.md. */
  readonly meaning: string;
  readonly message: (details: Details) => string;
  readonly hint: (details: Details) => string;
};

/** Lets a table infer the details of each of its definitions. */
export const define = <Details>(definition: ProblemDefinition<Details>) => definition;
