// The settings files. The repository's comes from other people: no link, no device and nothing large is read. The
// user's own settings and trust are in their own folder, where only they write.

import { hash } from "node:crypto";
import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { UserError } from "../../core/contract/user-error.ts";
import type { SettingsFiles, SettingsText, TrustRecord } from "../../ports/tree/settings-files.ts";
import { writeFileAtomically } from "../file-system/atomic-write.ts";
import { describeFileError, errorCode, retryInterrupted } from "../file-system/file-error.ts";
import { isOpenedAt, OPEN_SAFELY, readFully } from "../file-system/opened-file.ts";
import { makePrivateFolder } from "../file-system/state-folder.ts";
import { prepareUserFolder } from "./user-folders.ts";

const REPOSITORY_FILE = "tasks/config.yaml";
const OWN_FILE = "config.yaml";
const TRUST_FOLDER = "trust";
/** All keys with comments take under 8 KB; a larger file is not a settings file. */
const FILE_BYTES_MAX = 64 * 1024;
/** Follows links: people keep their settings in a dotfiles repository and link to them. */
const OPEN_OWN = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

export type SettingsFilesOptions = {
  /** The repository's real path. */
  readonly root: string;
  /** The user's folder for settings and trust; it may not exist. */
  readonly ownFolder: string;
};

export function createSettingsFiles({ root, ownFolder }: SettingsFilesOptions): SettingsFiles {
  const repositoryFile = join(root, REPOSITORY_FILE);
  const ownFile = join(ownFolder, OWN_FILE);
  // One file per repository, so that trusting several at the same time does not conflict.
  const trustFile = join(ownFolder, TRUST_FOLDER, `${hash("sha256", root)}.json`);
  return {
    stamp: () =>
      [
        stampOf(() => lstatSync(repositoryFile, STAMPED)),
        stampOf(() => statSync(ownFile, STAMPED)),
        stampOf(() => lstatSync(trustFile, STAMPED)),
      ].join(" "),
    readRepository: () => readSettings({ file: repositoryFile, name: REPOSITORY_FILE, isOwn: false }),
    readOwn: () => readSettings({ file: ownFile, name: ownFile, isOwn: true }),
    readTrust: () => readTrust(trustFile, root),
    writeTrust: (record) =>
      changing(trustFile, async () => {
        prepareUserFolder(ownFolder);
        makePrivateFolder(join(ownFolder, TRUST_FOLDER));
        const text = `${JSON.stringify({ repository: root, ...record }, null, 2)}\n`;
        await writeFileAtomically({ file: trustFile, text });
      }),
    removeTrust: () => changing(trustFile, () => rm(trustFile, { force: true })),
  };
}

/** Most users have only one of the files, and an exception costs more than a stat. */
const STAMPED = { bigint: true, throwIfNoEntry: false } as const;

function stampOf(look: () => BigIntStats | undefined): string {
  try {
    const stats = look();
    if (stats === undefined) return "none";
    const { dev, ino, size, mtimeNs, ctimeNs } = stats;
    return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
  } catch (error) {
    return errorCode(error);
  }
}

type Place = { readonly file: string; readonly name: string; readonly isOwn: boolean };

function readSettings({ file, name, isOwn }: Place): SettingsText {
  try {
    return { name, text: readSmallFile(file, isOwn) };
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return { name, text: null };
    const detail =
      error instanceof NotReadable ? error.message : `cannot be read: ${describeFileError(error)}`;
    throw new UserError({
      code: "config_invalid",
      message: `${name} ${detail}.`,
      hint: "Replace it with an ordinary file, or move it away to use the defaults.",
      cause: error,
    });
  }
}

/** `message` follows the file's name: "is a link …". */
class NotReadable extends Error {}

/** Throws NotReadable, or what the file system throws. */
function readSmallFile(file: string, isOwn: boolean): string {
  const descriptor = openFile(file, isOwn);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new NotReadable("is not an ordinary file, so it is not read");
    if (!isOwn && !isOpenedAt(file, descriptor, stats))
      throw new NotReadable("is behind a link, and links in a repository are not followed");
    const buffer = Buffer.alloc(FILE_BYTES_MAX + 1);
    // Read to the end: a device reports size 0, and the size may change.
    const length = readFully(descriptor, buffer, null);
    if (length > FILE_BYTES_MAX)
      throw new NotReadable(`has more than ${FILE_BYTES_MAX} bytes, so it is not read`);
    return buffer.toString("utf8", 0, length);
  } finally {
    closeSync(descriptor);
  }
}

function openFile(file: string, isOwn: boolean): number {
  try {
    return retryInterrupted(() => openSync(file, isOwn ? OPEN_OWN : OPEN_SAFELY));
  } catch (error) {
    if (errorCode(error) !== "ELOOP" || isOwn) throw error;
    throw new NotReadable("is a link, and links in a repository are not followed");
  }
}

const trustSchema = z.object({ repository: z.string(), digests: z.record(z.string(), z.string()) });

/** Unreadable, damaged or another repository's trust does not count: the user is asked again. */
function readTrust(file: string, root: string): TrustRecord | null {
  try {
    const trust = trustSchema.parse(JSON.parse(readSmallFile(file, false)));
    return trust.repository === root ? { digests: trust.digests } : null;
  } catch {
    return null;
  }
}

async function changing(file: string, change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (error) {
    throw new UserError({
      code: "file_not_written",
      message: `Your trust could not be stored in ${file}: ${describeFileError(error)}.`,
      hint: "Make the folder writable, or choose another one with TASKS_HOME.",
      cause: error,
    });
  }
}
