// Writes a worker's output to its log, whatever happens to the disk: what cannot be written is dropped and counted, and
// the log says so once it can be written again. At most `maxBytes` are kept: when `log` exceeds half of it, it replaces
// `log.1`.
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
  LOG_FILE,
  OLDER_LOG_FILE,
  readLogStart,
  writeLogStart,
} from "./run-folder.ts";

/** The calls that are made on the log, so that tests can make them fail. */
export type LogFileSystem = Pick<
  typeof nodeFs,
  "openSync" | "writeSync" | "renameSync" | "closeSync" | "lstatSync" | "fstatSync" | "readSync"
>;

export type RunLogSettings = {
  /** Creates the run's folder if necessary, and returns it. */
  readonly prepareFolder: () => string;
  readonly maxBytes: number;
};

/** No link, and no waiting for a reader of a pipe. Readable, to see how it ends. Windows has neither flag. */
const OPEN_FLAGS =
  constants.O_RDWR |
  constants.O_APPEND |
  constants.O_CREAT |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0);

/** Temporary lack of space: the file stays open, and each piece of output is a new attempt. */
const NO_ROOM_CODES = ["ENOSPC", "EDQUOT", "EFBIG"];

type OpenLog = {
  readonly folder: string;
  readonly descriptor: number;
  readonly name: string;
  sizeBytes: number;
  endsLine: boolean;
};

/** The log of one run. No method throws for what a file system does. */
export class RunLogWriter {
  readonly #settings: RunLogSettings;
  readonly #fileSystem: LogFileSystem;
  readonly #fileBytesMax: number;
  #log: OpenLog | null = null;
  #lost: { bytes: number; why: string } | null = null;

  constructor(settings: RunLogSettings, fileSystem: LogFileSystem = nodeFs) {
    this.#settings = settings;
    this.#fileSystem = fileSystem;
    this.#fileBytesMax = Math.max(1, Math.floor(settings.maxBytes / 2));
  }

  write(output: Uint8Array): void {
    for (let at = 0; at < output.length; at += this.#fileBytesMax) {
      this.#writePiece(output.subarray(at, at + this.#fileBytesMax));
    }
  }

  /** Writes a separate line. */
  note(text: string): void {
    const separator = this.#endsLine() ? "" : "\n";
    this.write(Buffer.from(`${separator}${text}\n`));
  }

  /** Safe to call twice. */
  close(): void {
    // The last chance to report missing output.
    if (this.#lost !== null) this.#writePiece(new Uint8Array());
    this.#drop();
  }

  #writePiece(piece: Uint8Array): void {
    let written = 0;
    try {
      if (this.#lost !== null) this.#reportLoss(this.#lost);
      const log = this.#readyFor(piece.length);
      while (written < piece.length) written += this.#append(log, piece.subarray(written));
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

  #reportLoss({ bytes, why }: { readonly bytes: number; readonly why: string }): void {
    const text = `[tasks: ${bytes} bytes of output are missing here: ${why}]\n`;
    const log = this.#readyFor(text.length + 1);
    const note = Buffer.from(log.endsLine ? text : `\n${text}`);
    // A note that was only half written is repeated as a whole.
    for (let written = 0; written < note.length; ) written += this.#append(log, note.subarray(written));
    this.#lost = null;
  }

  #append(log: OpenLog, bytes: Uint8Array): number {
    const written = retryInterrupted(() => this.#fileSystem.writeSync(log.descriptor, bytes));
    // Only a device writes nothing without an error.
    if (written === 0) throw Object.assign(new Error("nothing was written"), { code: "EIO" });
    log.sizeBytes += written;
    log.endsLine = bytes[written - 1] === LINE_FEED;
    return written;
  }

  #endsLine(): boolean {
    return unlessRefused(() => this.#readyFor(0).endsLine, true);
  }

  /** The log file, rotated if it has no room for that many bytes. */
  #readyFor(bytes: number): OpenLog {
    if (this.#log !== null && !this.#isStillThere(this.#log)) this.#drop();
    this.#log ??= this.#open();
    if (this.#log.sizeBytes > 0 && this.#log.sizeBytes + bytes > this.#fileBytesMax) {
      this.#rotate(this.#log);
      this.#drop();
      this.#log = this.#open();
    }
    return this.#log;
  }

  /** It may have been removed (`git clean -fdx`): writing to it would fill the disk invisibly. */
  #isStillThere({ folder, name }: OpenLog): boolean {
    const path = join(folder, LOG_FILE);
    const stats = this.#fileSystem.lstatSync(path, { bigint: true, throwIfNoEntry: false });
    return stats !== undefined && fileName(stats) === name;
  }

  #open(): OpenLog {
    const folder = this.#settings.prepareFolder();
    const path = join(folder, LOG_FILE);
    const descriptor = retryInterrupted(() => this.#fileSystem.openSync(path, OPEN_FLAGS, PRIVATE_FILE_MODE));
    try {
      const stats = this.#fileSystem.fstatSync(descriptor, { bigint: true });
      if (!stats.isFile()) throw Object.assign(new Error("the log is not a file"), { code: "EINVAL" });
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

  #rotate({ folder, name, sizeBytes }: OpenLog): void {
    const before = readLogStart(folder);
    const older = this.#fileSystem.lstatSync(join(folder, OLDER_LOG_FILE), { throwIfNoEntry: false });
    const previous = beginningOf(name, before, older?.size ?? 0);
    const start = { aside: name, previous, start: previous + sizeBytes };
    // On a full disk the note may fail, while rotating makes room: then followers of the log start over.
    unlessRefused(() => writeLogStart(folder, start), undefined);
    this.#fileSystem.renameSync(join(folder, LOG_FILE), join(folder, OLDER_LOG_FILE));
  }

  #drop(): void {
    const log = this.#log;
    this.#log = null;
    if (log === null) return;
    // An error on close concerns an earlier write; the descriptor is closed in any case.
    unlessRefused(() => this.#fileSystem.closeSync(log.descriptor), undefined);
  }
}
