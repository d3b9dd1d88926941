// Writes an output of a run (its log, its events), whatever happens to the disk: what cannot be written is dropped and
// counted, and the output says so once it can be written again. At most `maxBytes` are kept: when the newest file exceeds
// half of it, it replaces the older one.
//
// Calls are synchronous: a supervisor does nothing else, and its worker waits when the disk is slow.

import * as nodeFs from "node:fs";
import { constants } from "node:fs";
import { join } from "node:path";
import { describeFileError, errorCode, retryInterrupted, unlessRefused } from "../file-system/file-error.ts";
import { PRIVATE_FILE_MODE } from "../file-system/private-modes.ts";
import {
  beginningOf,
  fileName,
  LINE_FEED,
  type OutputFiles,
  readOutputStart,
  writeOutputStart,
} from "./run-folder.ts";

/** The calls that are made on the files, so that tests can make them fail. */
export type OutputFileSystem = Pick<
  typeof nodeFs,
  "openSync" | "writeSync" | "renameSync" | "closeSync" | "lstatSync" | "fstatSync" | "readSync"
>;

export type OutputSettings = {
  readonly files: OutputFiles;
  /** Creates the run's folder if necessary, and returns it. */
  readonly prepareFolder: () => string;
  readonly maxBytes: number;
  /** The line, without its line feed, that stands for what could not be written. */
  readonly describeLoss: (loss: Loss) => string;
};

/** `why`: the reason of the file system, in words. */
export type Loss = { readonly bytes: number; readonly why: string };

/** No link, and no waiting for a reader of a pipe. Readable, to see how it ends. Windows has neither flag. */
const OPEN_FLAGS =
  constants.O_RDWR |
  constants.O_APPEND |
  constants.O_CREAT |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0);

/** Temporary lack of space: the file stays open, and each piece of output is a new attempt. */
const NO_ROOM_CODES = ["ENOSPC", "EDQUOT", "EFBIG"];

const NO_BYTES = new Uint8Array();
const END_OF_LINE = Buffer.from("\n");

type OpenOutput = {
  readonly folder: string;
  readonly descriptor: number;
  readonly name: string;
  sizeBytes: number;
  endsLine: boolean;
};

/** One output of one run. No method throws for what a file system does. */
export class OutputWriter {
  readonly #settings: OutputSettings;
  readonly #fileSystem: OutputFileSystem;
  readonly #fileBytesMax: number;
  #output: OpenOutput | null = null;
  #lost: Loss | null = null;

  constructor(settings: OutputSettings, fileSystem: OutputFileSystem = nodeFs) {
    this.#settings = settings;
    this.#fileSystem = fileSystem;
    this.#fileBytesMax = Math.max(1, Math.floor(settings.maxBytes / 2));
  }

  write(output: Uint8Array): void {
    for (let at = 0; at < output.length; at += this.#fileBytesMax) {
      this.#writePiece(output.subarray(at, at + this.#fileBytesMax));
    }
  }

  /** Writes a line of its own, whatever stands before it. One that fits into a file is never in two. */
  writeLine(text: string): void {
    const line = Buffer.from(`${text}\n`);
    if (line.length < this.#fileBytesMax) this.#writePiece(line, "as a line");
    else this.write(Buffer.concat([this.#endsLine() ? NO_BYTES : END_OF_LINE, line]));
  }

  /** Safe to call twice. */
  close(): void {
    // The last chance to report missing output.
    if (this.#lost !== null) this.#writePiece(NO_BYTES);
    this.#drop();
  }

  #writePiece(piece: Uint8Array, as: "as it is" | "as a line" = "as it is"): void {
    let written = 0;
    try {
      if (this.#lost !== null) this.#reportLoss(this.#lost);
      const open = this.#readyFor(piece.length);
      if (as === "as a line" && !open.endsLine) this.#append(open, END_OF_LINE);
      while (written < piece.length) written += this.#append(open, piece.subarray(written));
    } catch (error) {
      const code = errorCode(error);
      if (code === "UNKNOWN") throw error;
      this.#lost = {
        bytes: (this.#lost?.bytes ?? 0) + piece.length - written,
        why: describeFileError(error),
      };
      if (!NO_ROOM_CODES.includes(code)) this.#drop();
    }
  }

  #reportLoss(loss: Loss): void {
    const text = `${this.#settings.describeLoss(loss)}\n`;
    const open = this.#readyFor(text.length + 1);
    const note = Buffer.from(open.endsLine ? text : `\n${text}`);
    // A note that was only half written is repeated as a whole.
    for (let written = 0; written < note.length; ) written += this.#append(open, note.subarray(written));
    this.#lost = null;
  }

  #append(open: OpenOutput, bytes: Uint8Array): number {
    const written = retryInterrupted(() => this.#fileSystem.writeSync(open.descriptor, bytes));
    // Only a device writes nothing without an error.
    if (written === 0) throw Object.assign(new Error("nothing was written"), { code: "EIO" });
    open.sizeBytes += written;
    open.endsLine = bytes[written - 1] === LINE_FEED;
    return written;
  }

  #endsLine(): boolean {
    return unlessRefused(() => this.#readyFor(0).endsLine, true);
  }

  /** The newest file, rotated if it has no room for that many bytes. */
  #readyFor(bytes: number): OpenOutput {
    if (this.#output !== null && !this.#isStillThere(this.#output)) this.#drop();
    this.#output ??= this.#open();
    if (this.#output.sizeBytes > 0 && this.#output.sizeBytes + bytes > this.#fileBytesMax) {
      this.#rotate(this.#output);
      this.#drop();
      this.#output = this.#open();
    }
    return this.#output;
  }

  /** It may have been removed (`git clean -fdx`): writing to it would fill the disk invisibly. */
  #isStillThere({ folder, name }: OpenOutput): boolean {
    const path = join(folder, this.#settings.files.newest);
    const stats = this.#fileSystem.lstatSync(path, { bigint: true, throwIfNoEntry: false });
    return stats !== undefined && fileName(stats) === name;
  }

  #open(): OpenOutput {
    const folder = this.#settings.prepareFolder();
    const path = join(folder, this.#settings.files.newest);
    const descriptor = retryInterrupted(() => this.#fileSystem.openSync(path, OPEN_FLAGS, PRIVATE_FILE_MODE));
    try {
      const stats = this.#fileSystem.fstatSync(descriptor, { bigint: true });
      if (!stats.isFile()) throw Object.assign(new Error("the output is not a file"), { code: "EINVAL" });
      const sizeBytes = Number(stats.size);
      return {
        folder,
        descriptor,
        name: fileName(stats),
        sizeBytes,
        endsLine: this.#ended(descriptor, sizeBytes),
      };
    } catch (error) {
      this.#fileSystem.closeSync(descriptor);
      throw error;
    }
  }

  #ended(descriptor: number, sizeBytes: number): boolean {
    const last = new Uint8Array(1);
    if (sizeBytes > 0) this.#fileSystem.readSync(descriptor, last, 0, 1, sizeBytes - 1);
    return sizeBytes === 0 || last[0] === LINE_FEED;
  }

  #rotate({ folder, name, sizeBytes }: OpenOutput): void {
    const { files } = this.#settings;
    const before = readOutputStart(folder, files);
    const older = this.#fileSystem.lstatSync(join(folder, files.older), { throwIfNoEntry: false });
    const previous = beginningOf(name, before, older?.size ?? 0);
    const start = { aside: name, previous, start: previous + sizeBytes };
    // On a full disk the note may fail, while rotating makes room: then followers start over.
    unlessRefused(() => writeOutputStart(folder, files, start), undefined);
    this.#fileSystem.renameSync(join(folder, files.newest), join(folder, files.older));
  }

  #drop(): void {
    const open = this.#output;
    this.#output = null;
    if (open === null) return;
    // An error on close concerns an earlier write; the descriptor is closed in any case.
    unlessRefused(() => this.#fileSystem.closeSync(open.descriptor), undefined);
  }
}
