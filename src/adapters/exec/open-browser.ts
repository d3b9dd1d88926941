// Opens an address that contains a secret in the user's browser. Every user of the machine can read command lines, so
// the browser gets a private file in the user's state folder that redirects to the address.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import type { Environment } from "../../core/worker/worker-environment.ts";
import { PRIVATE_FILE_MODE } from "../file-system/private-modes.ts";
import { prepareUserFolder } from "../user/user-folders.ts";
import { launchDetached } from "./launch-detached.ts";

const PAGE_FILE = "open.html";

export type BrowserSettings = { readonly environment: Environment; readonly stateFolder: string };

/** False if this session has no screen, or no program opens pages. Throws what the file system throws. */
export async function openBrowser(
  address: string,
  { environment, stateFolder }: BrowserSettings,
): Promise<boolean> {
  const program = browserCommand(environment);
  if (program === null) return false;
  prepareUserFolder(stateFolder);
  const page = join(stateFolder, PAGE_FILE);
  // Overwrites the page of an earlier call, whose address was used or has expired.
  writeFileSync(page, redirectTo(address), { mode: PRIVATE_FILE_MODE });
  try {
    await launchDetached({
      command: [...program, pathToFileURL(page).href],
      folder: stateFolder,
      environment,
      mark: null,
    });
    return true;
  } catch {
    return false; // No such program: the printed address has to do.
  }
}

/** The program that opens a page on this system; null without a screen, and over SSH. */
function browserCommand(environment: Environment): readonly string[] | null {
  if (environment["SSH_CONNECTION"]) return null;
  switch (process.platform) {
    case "darwin":
      return ["open"];
    case "win32":
      return ["rundll32", "url.dll,FileProtocolHandler"];
    default:
      return environment["DISPLAY"] || environment["WAYLAND_DISPLAY"] ? ["xdg-open"] : null;
  }
}

/** `address` is ours: a host, a port, and a secret of letters and digits. */
function redirectTo(address: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Dataface Tasks</title>
<meta http-equiv="refresh" content="0;url=${address}"><a href="${address}">Open</a></html>
`;
}
