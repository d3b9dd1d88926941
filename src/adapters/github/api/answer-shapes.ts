// Pieces that the shapes of answers are made of. Shapes are tolerant of what they don't know: GitHub adds fields all the
// time. What is in them is other people's text, cut to a length that fits on a page.

import * as z from "zod";

/** ISO 8601 to milliseconds. */
export const timeSchema = z
  .string()
  .transform((text) => Date.parse(text))
  .refine((timeMs) => !Number.isNaN(timeMs));

/** GitHub takes names of up to 255 bytes. One that was cut would be another branch: longer ones are no branches. */
export const BRANCH_LENGTH_MAX = 255;

export const branchSchema = z.string().min(1).max(BRANCH_LENGTH_MAX);

export const numberSchema = z.number().int().positive();

/** At most so many characters, none of them halved. */
export function cutText(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  return `${text.slice(0, lengthMax - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** JSON, or undefined for what is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
