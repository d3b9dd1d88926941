// The file name for an owner. Owners come from task files and may contain anything: the name stays inside its folder,
// differs for different owners even on case-insensitive file systems, and can be decoded.

import { hash } from "node:crypto";

const PREFIX = "task-manager-";
const SUFFIX = ".snapshot.json";
/** File systems allow 255 bytes; a temporary name adds about forty to prefix and suffix. */
const OWNER_MAX_LENGTH = 150;
const SHORTENED_LENGTH = 100;
/** Marks a shortened name: an escape is always followed by a digit. */
const SHORTENED = "~~";

/** `dave` is `task-manager-dave.snapshot.json`; bytes outside a-z 0-9 `.` `_` `-` become `~` and two hex digits. */
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
