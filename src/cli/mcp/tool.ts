// What a tool of `tasks mcp` is, and what it gets when an agent calls it. tools.ts lists them all; serve-mcp.ts turns them
// into the protocol.

import type * as z from "zod";
import type { OwnRun } from "../../app/runs/worker/own-run.ts";
import type { CommandContext } from "../contract/command.ts";

/** On whose behalf the server was started. It is decided once, from the environment of its process. */
export type Caller =
  /** The worker of a run: each statement still needs the proof in `own`. */
  | { readonly kind: "worker"; readonly own: OwnRun }
  /** An agent that a person started: it acts under that name. */
  | { readonly kind: "agent"; readonly name: string }
  /** It belongs to a run and cannot say which: it may only look. */
  | { readonly kind: "unproven" };

export type ToolCall = {
  /** For one call: its flags are the server's own, and its output is dropped. */
  readonly context: CommandContext;
  readonly caller: Caller;
};

export type Tool = {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType;
  /** It changes nothing, so that agents may call it without asking. */
  readonly looks: boolean;
  /** Returns what is sent as JSON. Throws UserError for what the agent can correct. `input` has passed the schema. */
  readonly run: (call: ToolCall, input: never) => Promise<object>;
};

/** Keeps the types of a tool's schema and of what it runs together. */
export function tool<Input extends z.ZodType>(
  defined: Omit<Tool, "input" | "run"> & {
    readonly input: Input;
    readonly run: (call: ToolCall, input: z.output<Input>) => Promise<object>;
  },
): Tool {
  return defined;
}
