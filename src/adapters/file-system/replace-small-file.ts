import { chmodSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { PRIVATE_FILE_MODE } from "./private-modes.ts";

/** Replaces a file atomically and follows no link. Nothing is synced: only for files that a power failure may lose. */
export function replaceSmallFile(file: string, text: string, mode = PRIVATE_FILE_MODE): void {
  const temporary = `${file}.${process.pid}.new`;
  try {
    rmSync(temporary, { force: true });
    writeFileSync(temporary, text, { flag: "wx", mode });
    chmodSync(temporary, mode);
    renameSync(temporary, file);
  } finally {
    rmSync(temporary, { force: true });
  }
}
