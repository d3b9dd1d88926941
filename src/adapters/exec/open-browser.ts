// Opens an address that holds a secret in the user's browser. Words of a command line can be read by every user of the
// machine, so the browser is given a file that leads on to the address, in the user's own folder and private to them.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { prepareUserFolder } from "../user/user-folders.ts";
import { launchDetached } from "./launch-detached.ts";

const PAGE_FILE = "open.html";
const PRIVATE_FILE_MODE = 0o600;

type Environment = Readonly<Record<string, string | undefined>>;
export type BrowserSettings = { readonly environment: Environment; readonly stateFolder: string };

/** False where this session has no screen of its own, or nothing opens pages. Throws what the file system throws. */
export async function openBrowser(
  address: string,
  { environment, stateFolder }: BrowserSettings,
): Promise<boolean> {
  const program = browserCommand(environment);
  if (program === null) return false;
  prepareUserFolder(stateFolder);
  const page = join(stateFolder, PAGE_FILE);
  // One that an earlier call left is written over: its address was used, or is over.
  writeFileSync(page, leadingTo(address), { mode: PRIVATE_FILE_MODE });
  try {
    await launchDetached({
      command: [...program, pathToFileURL(page).href],
      folder: stateFolder,
      environment: present(environment),
      mark: null,
    });
    return true;
  } catch {
    return false; // There is no such program; the printed address does.
  }
}

/** The program that opens a page on this system; null without a screen, and over SSH, where the screen is elsewhere. */
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

/** `address` is one of ours: a host, a port, and a secret of letters and digits. */
function leadingTo(address: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Dataface Tasks</title>
<meta http-equiv="refresh" content="0;url=${address}"><a href="${address}">Open</a></html>
`;
}

function present(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
