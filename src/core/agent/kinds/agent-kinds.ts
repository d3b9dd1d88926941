// The kinds of workers, by name.

import { claude } from "../claude/claude.ts";
import type { AgentKind, KindName } from "../contract/agent-kind.ts";

const KINDS: readonly AgentKind[] = [claude];

/** Null while a kind is not built in. */
export function kindNamed(name: KindName): AgentKind | null {
  return KINDS.find((kind) => kind.name === name) ?? null;
}
