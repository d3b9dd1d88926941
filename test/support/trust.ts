// Trust for the repositories of tests, given as `tasks trust --yes` gives it: through the program's own code.

import { realpathSync } from "node:fs";
import { createSettingsFiles } from "../../src/adapters/user/settings-files.ts";
import { userFolders } from "../../src/adapters/user/user-folders.ts";
import { trustIn } from "../../src/config/guarded-settings.ts";
import { loadConfig } from "../../src/config/load.ts";

/** Trusts all that the repository's file says now; a change of it has to be trusted again. */
export async function trustRepository(root: string): Promise<void> {
  const files = createSettingsFiles({ root: realpathSync(root), ownFolder: userFolders(process.env).config });
  const { guarded } = await loadConfig({
    fileText: files.readRepository().text,
    environment: {},
    flags: [],
  });
  await files.writeTrust(trustIn(guarded));
}

/** For the environment of a process that a test starts itself: the folders of this test, not those of a person. */
export function ownHome(): { readonly TASKS_HOME: string } {
  return { TASKS_HOME: process.env["TASKS_HOME"] ?? "" };
}
