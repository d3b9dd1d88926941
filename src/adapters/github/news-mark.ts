// The mark up to which changes were read: the ETags of both lists, and the time of the newest reported workflow run. It
// is stored and becomes part of a header, so it is validated like an answer.

import * as z from "zod";

export type NewsMark = {
  readonly pulls: string | null;
  readonly runs: string | null;
  readonly ranUntilMs: number | null;
};

/** A damaged mark counts as none. */
export function readMark(mark: string | null): NewsMark {
  if (mark === null) return NO_MARK;
  try {
    return markSchema.parse(JSON.parse(mark));
  } catch {
    return NO_MARK;
  }
}

export function writeMark({ pulls, runs, ranUntilMs }: NewsMark): string {
  return JSON.stringify({ pulls: asEtag(pulls), runs: asEtag(runs), ranUntilMs });
}

const NO_MARK: NewsMark = { pulls: null, runs: null, ranUntilMs: null };

/** Quoted, without blanks and control characters, of limited length. */
const ETAG = /^(?:W\/)?"[\x21\x23-\x7e]{1,200}"$/;

const etagSchema = z.string().regex(ETAG).nullable();
const markSchema = z.object({ pulls: etagSchema, runs: etagSchema, ranUntilMs: z.number().nullable() });

function asEtag(text: string | null): string | null {
  return text !== null && ETAG.test(text) ? text : null;
}
