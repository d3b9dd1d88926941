// Snapshot files: `task-manager-<owner>.snapshot.json`, the body of /status.json without its freshness, sealed with a
// checksum and private to the user.

import { hash } from "node:crypto";
import { readdirSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { type Attestation, SCHEMA_VERSION, servedSnapshotSchema } from "../../core/contract/snapshot.ts";
import type { SnapshotFile, SnapshotFiles } from "../../ports/tree/snapshot-files.ts";
import { type AtomicFileSystem, nodeFileSystem, writeFileAtomically } from "../file-system/atomic-write.ts";
import { errorCode, unlessMissing } from "../file-system/file-error.ts";
import { OPEN_SAFELY } from "../file-system/opened-file.ts";
import { prepareStateFolder } from "../file-system/state-folder.ts";
import { openSealedJson, writeSealedJson } from "./sealed-json.ts";

/** 100,000 tasks make about 170 MB; a larger file is not ours. */
const SNAPSHOT_FILE_MAX_BYTES = 512 * 1024 * 1024;

const contentSchema = servedSnapshotSchema.omit({ freshness: true });

export type SnapshotFileRead =
  | { readonly kind: "read"; readonly file: SnapshotFile }
  | { readonly kind: "missing" | "unreadable" | "damaged" | "other_version" };

/** The snapshot files in `folder`, which is created by the first write. */
export function createSnapshotFiles({ folder }: { readonly folder: string }): SnapshotFiles {
  return {
    write: (file, turn) => writeSnapshotFile(folder, file, { ...(turn && { turn }) }),
    read: async (owner) => {
      const result = await readSnapshotFile(folder, owner);
      return result.kind === "read" ? result.file : null;
    },
    owners: () => listOwners(folder),
  };
}

/** Replaces the file of the snapshot's owner. Throws what the file system throws; then the old file stays. */
export async function writeSnapshotFile(
  folder: string,
  { snapshot, attestation }: SnapshotFile,
  {
    turn,
    fileSystem = nodeFileSystem,
  }: { readonly turn?: () => Promise<void>; readonly fileSystem?: AtomicFileSystem } = {},
): Promise<void> {
  prepareStateFolder(folder);
  const { cycle, observed_at, duration_ms, sources } = attestation;
  const content = { ...snapshot, cycle, observed_at, duration_ms, sources };
  const file = join(folder, snapshotFileName(snapshot.owner.name));
  await writeFileAtomically({ file, text: (opened) => writeSealedJson(opened, content, turn) }, fileSystem);
}

/** Reads and checks the file of an owner. Never throws. */
export async function readSnapshotFile(folder: string, owner: string): Promise<SnapshotFileRead> {
  const file = join(folder, snapshotFileName(owner));
  try {
    const handle = await open(file, OPEN_SAFELY);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) return { kind: "unreadable" };
      if (stats.size > SNAPSHOT_FILE_MAX_BYTES) return { kind: "damaged" };
      return checkContent(await handle.readFile());
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errorCode(error) === "ENOENT") return { kind: "missing" };
    return { kind: "unreadable" };
  }
}

function checkContent(bytes: Buffer): SnapshotFileRead {
  const text = openSealedJson(bytes);
  if (text === null) return { kind: "damaged" };
  const content: unknown = JSON.parse(text);
  const version = (content as { readonly schema_version?: unknown }).schema_version;
  if (version !== SCHEMA_VERSION) return { kind: "other_version" };
  const result = contentSchema.safeParse(content);
  if (!result.success) return { kind: "damaged" };
  const { cycle, observed_at, duration_ms, sources, ...snapshot } = result.data;
  const attestation: Attestation = { cycle, observed_at, duration_ms, sources };
  return { kind: "read", file: { snapshot, attestation } };
}

async function listOwners(folder: string): Promise<string[]> {
  const names = unlessMissing(() => readdirSync(folder), []);
  return names.map(ownerOfSnapshotFile).filter((owner) => owner !== null);
}

const PREFIX = "task-manager-";
const SUFFIX = ".snapshot.json";
/** File systems allow 255 bytes; a temporary name adds about forty to prefix and suffix. */
const OWNER_MAX_LENGTH = 150;
const SHORTENED_LENGTH = 100;
/** Marks a shortened name: an escape is always followed by a digit. */
const SHORTENED = "~~";

/**
 * `dave` is `task-manager-dave.snapshot.json`; bytes outside a-z 0-9 `.` `_` `-` become `~` and two hex digits. Owners come
 * from task files and may contain anything: the name stays inside its folder, differs for different owners even on
 * case-insensitive file systems, and can be decoded.
 */
export function snapshotFileName(owner: string): string {
  const escaped = Array.from(Buffer.from(owner), escapeByte).join("");
  const fits = escaped.length <= OWNER_MAX_LENGTH;
  return PREFIX + (fits ? escaped : shorten(escaped, owner)) + SUFFIX;
}

/** The owner of a file name; null for any other file, and for a shortened name, which cannot be decoded. */
export function ownerOfSnapshotFile(name: string): string | null {
  if (!name.startsWith(PREFIX) || !name.endsWith(SUFFIX) || name.includes(SHORTENED)) return null;
  const escaped = name.slice(PREFIX.length, -SUFFIX.length);
  const owner = Buffer.from(escaped.replaceAll(/~([0-9a-f]{2})/g, unescapeByte), "latin1").toString("utf8");
  return snapshotFileName(owner) === name ? owner : null;
}

function escapeByte(byte: number): string {
  const character = String.fromCharCode(byte);
  return /[a-z0-9._-]/.test(character) ? character : `~${byte.toString(16).padStart(2, "0")}`;
}

function unescapeByte(_: string, hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

function shorten(escaped: string, owner: string): string {
  return escaped.slice(0, SHORTENED_LENGTH) + SHORTENED + hash("sha256", owner).slice(0, 32);
}
