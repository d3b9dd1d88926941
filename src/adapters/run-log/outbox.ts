// Statements that a worker made while the store could not accept them, one file each, next to its run. Nothing new can
// be written on a full disk, so the supervisor creates spare files while there is space: a worker takes one by renaming
// it and overwrites it, which needs no more space (a copy-on-write file system may refuse).

import { closeSync, constants, fsyncSync, lstatSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import type { KeptStatement } from "../../core/run/worker-statement.ts";
import type { StoredStatement } from "../../ports/runs/run-files.ts";
import { errorCode, unlessRefused } from "../file-system/file-error.ts";
import { readRegularFile } from "../file-system/opened-file.ts";
import { openPlainFileToWrite } from "../file-system/plain-file.ts";

/** A worker says little while the disk is full: its progress, a question, and its outcome. */
const SPARES = ["spare-1", "spare-2", "spare-3", "spare-4"];

/** Whether the file only reserves room. */
export const isSpare = (name: string): boolean => SPARES.includes(name);
/** The longest note as JSON. */
const SPARE_BYTES = 32 * 1024;
const KEPT = /^said-\d{16}-\d+-\d+\.json$/;
/** Without O_TRUNC: the space stays the file's. */
const OVERWRITE_FLAGS = constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);

const atMs = z.number();
const statementSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("finish"),
    outcome: z.object({ kind: z.enum(["done", "blocked", "failed"]), note: z.string(), atMs }),
  }),
  z.object({ kind: z.literal("report"), text: z.string(), atMs }),
  z.object({ kind: z.literal("wait"), on: z.string(), untilMs: z.number(), atMs }),
  z.object({ kind: z.literal("received"), number: z.number() }),
  z.object({
    ...{ kind: z.literal("ask"), text: z.string(), choices: z.array(z.string()), atMs },
    fallback: z.object({ text: z.string(), atMs }).nullish(),
  }),
]);
const keptSchema = z.object({
  epoch: z.number(),
  proofHash: z.string().nullable(),
  statement: statementSchema,
});

/** Creates missing spare files. Without space, the run continues without them. */
export function reserveOutbox(prepareFolder: () => string): void {
  unlessRefused(() => {
    const folder = prepareFolder();
    for (const name of SPARES) {
      const file = join(folder, name);
      if (lstatSync(file, { throwIfNoEntry: false })?.size !== SPARE_BYTES)
        write(openPlainFileToWrite(file), Buffer.alloc(SPARE_BYTES, " "));
    }
  }, undefined);
}

let kept = 0;

/** Throws what the file system throws if it cannot be stored here either. */
export function keepStatement(folder: string, statement: KeptStatement, nowMs: number): void {
  kept += 1;
  const mark = `${process.pid}-${kept}`;
  const taken = join(folder, `taken-${mark}`);
  const text = Buffer.from(JSON.stringify(statement));
  const isSpare = takeSpare(folder, taken) && text.length <= SPARE_BYTES;
  const padding = Buffer.alloc(SPARE_BYTES - Math.min(text.length, SPARE_BYTES), " ");
  if (isSpare) write(openSync(taken, OVERWRITE_FLAGS), Buffer.concat([text, padding]));
  else write(openPlainFileToWrite(taken), text);
  const time = String(Math.max(0, Math.floor(nowMs))).padStart(16, "0");
  renameSync(taken, join(folder, `said-${time}-${mark}.json`));
}

/** In the order they were made. Incomplete or currently unreadable ones are skipped. */
export async function readStatements(folder: string): Promise<readonly StoredStatement[]> {
  const found: StoredStatement[] = [];
  for (const name of (await orNull(() => readdir(folder))) ?? []) {
    if (!KEPT.test(name)) continue;
    const statement = parseKept(await orNull(() => readRegularFile(join(folder, name))));
    if (statement !== null) found.push({ name, ...statement });
  }
  return found.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Null if the file system refuses. */
async function orNull<Read>(read: () => Promise<Read>): Promise<Read | null> {
  try {
    return await read();
  } catch (error) {
    if (errorCode(error) === "UNKNOWN") throw error;
    return null;
  }
}

export function dropStatement(folder: string, name: string): void {
  if (KEPT.test(name)) rmSync(join(folder, name), { force: true });
}

function parseKept(bytes: Buffer | null): KeptStatement | null {
  try {
    return keptSchema.safeParse(JSON.parse(bytes?.toString("utf8") ?? "null")).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Only one process can rename a file. */
function takeSpare(folder: string, taken: string): boolean {
  for (const name of SPARES) {
    try {
      renameSync(join(folder, name), taken);
      return true;
    } catch (error) {
      if (errorCode(error) !== "ENOENT") throw error;
    }
  }
  return false;
}

function write(descriptor: number, bytes: Buffer): void {
  try {
    for (let written = 0; written < bytes.length; )
      written += writeSync(descriptor, bytes, written, bytes.length - written, written);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
