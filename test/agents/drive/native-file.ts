// The file of each agent that is the agent itself: codex and copilot on PATH are wrappers, and killing a wrapper leaves
// the agent running.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AgentKind } from "./agent-kind.ts";

export const AGENTS_FOLDER = fileURLToPath(new URL("..", import.meta.url));

const modules = join(AGENTS_FOLDER, "node_modules");
const platform = `${process.platform}-${process.arch}`;

/** Absolute; throws, with the command that installs the agents, when it is not there. */
export function nativeFile(kind: AgentKind): string {
  const file = candidates(kind).find((candidate) => existsSync(candidate));
  if (file === undefined)
    throw new Error(`${kind} is not installed for ${platform}. Run npm run test:agents.`);
  return file;
}

function candidates(kind: AgentKind): readonly string[] {
  switch (kind) {
    case "claude":
      return [join(modules, `@anthropic-ai/claude-code-${platform}/claude`)];
    case "codex": {
      const vendor = join(modules, `@openai/codex-${platform}/vendor`);
      return existsSync(vendor) ? readdirSync(vendor).map((triple) => join(vendor, triple, "bin/codex")) : [];
    }
    case "gemini":
      return [join(modules, "@google/gemini-cli/bundle/gemini.js")];
    case "opencode":
      // Its installation puts the native file for this processor there, with this name on every platform.
      return [join(modules, "opencode-ai/bin/opencode.exe")];
    case "copilot":
      return [join(modules, `@github/copilot-${platform}/copilot`)];
  }
}
