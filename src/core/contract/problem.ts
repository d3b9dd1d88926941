// A problem in a file is data, never an exception: one bad file does not stop a cycle.

import * as z from "zod";

/**
 * `error`: the file cannot be relied on; raises `invalid_task` while the task is open.
 * `warning`: the file is understood but breaks a rule; shown as a mark, never as a signal.
 */
export const problemSchema = z.object({
  code: z.string(),
  severity: z.enum(["error", "warning"]),
  /** Relative to the repository, always with `/`. */
  file: z.string(),
  /** 1-based; null if it concerns no single line. */
  line: z.number().int().positive().nullable(),
  message: z.string(),
  hint: z.string(),
});

export type Problem = Readonly<z.infer<typeof problemSchema>>;
