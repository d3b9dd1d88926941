import type { Problem } from "../contract/problem.ts";

/** One kind of flaw; `Details` are the facts its sentence names. */
export type ProblemDefinition<Details> = {
  readonly severity: Problem["severity"];
  /** True when nothing in the file can be used: its last good parse stands in for it. */
  readonly unreadable?: true;
  /** True when the file could not even be opened; its content is unknown rather than bad. */
  readonly refused?: true;
  /** For the table in docs/format.md. */
  readonly meaning: string;
  readonly message: (details: Details) => string;
  readonly hint: (details: Details) => string;
};

/** Lets a table infer the details of each of its definitions. */
export const define = <Details>(definition: ProblemDefinition<Details>) => definition;
