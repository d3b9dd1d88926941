// The credential files of the agents: only their stamps are looked at. The variables that log an agent in count too.

import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { kindNamed } from "../../core/agent/kinds/agent-kinds.ts";
import type { Credentials } from "../../ports/runs/credentials.ts";

/** Below the home folder, as the agents themselves write them. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  claude: [".claude/.credentials.json"],
  codex: [".codex/auth.json"],
  gemini: [".gemini/oauth_creds.json"],
  opencode: [".local/share/opencode/auth.json"],
  copilot: [".copilot/config.json"],
};

type Settings = {
  /** The user's home folder. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

export function createCredentials({ home, env }: Settings): Credentials {
  return {
    stamp(kind) {
      const files = Object.hasOwn(FILES, kind) ? (FILES[kind] ?? []) : [];
      const variables = kindNamed(kind)?.login.variables ?? [];
      const parts = [
        ...files.map((file) => stampOf(join(home, file))),
        ...variables.map((name) => env[name] ?? ""),
      ];
      // Kept elsewhere, as in a keychain: no change can be seen.
      if (parts.every((part) => part === "")) return null;
      return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
    },
  };
}

function stampOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? "" : `${stats.size} ${stats.mtimeMs} ${stats.ino}`;
}
