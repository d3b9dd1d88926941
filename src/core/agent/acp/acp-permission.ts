// Which option of a permission request is chosen, and which need no answer of a person. Options are chosen by their kind: their ids
// and names are the agent's own.

import type { ToolEvent } from "../contract/agent-event.ts";
import type { Permissions } from "../contract/agent-kind.ts";
import { isAlwaysAllowed } from "../lines/always-allowed.ts";
import { listOf, recordOf, textOf } from "../lines/json-value.ts";

export type AcpPermission = {
  readonly toolCall: { readonly toolCallId: string };
  readonly options: readonly { readonly optionId: string; readonly kind: string }[];
};

export function questionAbout({ does, name, input }: ToolEvent): string {
  if (does === "run") return `Run \`${input}\`?`;
  return does === "edit" ? `Change ${input}?` : `Allow ${name}: ${input}?`;
}

/**
 * See Conversation.requestOf. A title alone may be cut, and an agent that offers no choice for once could be allowed more than that:
 * both are asked again.
 */
export function exactly({ toolCall, options }: AcpPermission): string | null {
  const { toolCallId, status, ...rest } = recordOf(toolCall);
  const hasInput = Object.keys(recordOf(rest.rawInput)).length > 0;
  const isOnce = options.some(({ kind }) => kind === "allow_once");
  return hasInput && isOnce ? JSON.stringify(rest) : null;
}

/** Null where the agent offers no such option. */
export function optionFor({ options }: AcpPermission, isAllowed: boolean): string | null {
  const kinds = isAllowed ? ["allow_once", "allow_always"] : ["reject_once", "reject_always"];
  for (const kind of kinds) {
    const option = options.find((candidate) => candidate.kind === kind);
    if (option !== undefined) return option.optionId;
  }
  return null;
}

const LOOKING: readonly unknown[] = ["read", "search", "think"];
const CHANGING: readonly unknown[] = ["edit", "delete", "move"];

export function isAllowedAlready(
  { toolCall }: AcpPermission,
  permissions: Permissions,
  worktree: string,
): boolean {
  if (permissions === "full") return true;
  const { kind, rawInput, title, locations } = recordOf(toolCall);
  // Gemini CLI has the command as its title only.
  const command = textOf(recordOf(rawInput).command) ?? textOf(title);
  if (kind === "execute" && command !== null && isAlwaysAllowed(command)) return true;
  if (permissions === "ask") return false;
  const paths = listOf(locations).map((location) => textOf(recordOf(location).path));
  const areInside = paths.every(
    (path) => path?.startsWith(`${worktree}/`) && !path.split("/").includes(".."),
  );
  return LOOKING.includes(kind) || (CHANGING.includes(kind) && paths.length > 0 && areInside);
}
