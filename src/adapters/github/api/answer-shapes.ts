// Parts of the schemas of answers. Schemas ignore what they don't know: GitHub adds fields all the time. Text in
// answers is written by other people, and cut to a length that fits on a page.

import * as z from "zod";

/** ISO 8601 to milliseconds. */
export const timeSchema = z
  .string()
  .transform((text) => Date.parse(text))
  .refine((timeMs) => !Number.isNaN(timeMs));

/** GitHub's limit for branch names. A longer name is not cut, since that would be another branch. */
export const BRANCH_LENGTH_MAX = 255;

export const branchSchema = z.string().min(1).max(BRANCH_LENGTH_MAX);

export const numberSchema = z.number().int().positive();

/** Never cuts a character in half. */
export function cutText(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  return `${text.slice(0, lengthMax - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** Undefined for text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
