// What a kind of worker is: how its agent is started and resumed, what it can do, and how its stream is read. One folder per
// kind (core/agent/<kind>), all pure: lines in, events and lines to send out. core/agent/kinds lists them.

import type { Refusal } from "../../contract/refusal.ts";
import type { AgentEvent } from "./agent-event.ts";

export const KIND_NAMES = ["claude", "codex", "gemini", "opencode", "copilot", "acp", "command"] as const;
export type KindName = (typeof KIND_NAMES)[number];

/** What people call them: here because a cycle says that a kind is on hold without loading the kinds. */
export const KIND_TITLES = {
  claude: "Claude Code",
  codex: "Codex",
  gemini: "Gemini CLI",
  opencode: "opencode",
  copilot: "GitHub Copilot CLI",
  acp: "ACP",
  command: "A command of yours",
} as const satisfies Record<KindName, string>;

const TITLES: ReadonlyMap<string, string> = new Map(Object.entries(KIND_TITLES));

/** The name itself where this version knows no such kind. */
export const kindTitle = (kind: string): string => TITLES.get(kind) ?? kind;

/** Kinds whose `takeOver` gives a command: known here because rows are built without loading the kinds. A test compares. */
const TAKEN_OVER_KINDS: readonly string[] = ["claude", "codex", "gemini", "opencode", "copilot"];

/** Whether a person can open this session: its agent has confirmed it, and has an interactive command. */
export function canTakeOver(session: { readonly kind: string; readonly isStarted: boolean } | null): boolean {
  return session?.isStarted === true && TAKEN_OVER_KINDS.includes(session.kind);
}

/**
 * `ask`: a person allows each action. `edits`: changes files and runs commands in its worktree; the rest is asked or denied as
 * far as the agent can tell. `full`: all that its user may do.
 */
export const PERMISSIONS = ["ask", "edits", "full"] as const;
export type Permissions = (typeof PERMISSIONS)[number];

/** What a kind can do; docs, page and `tasks worker` print this table. The reason stands where it cannot. */
export type Abilities = Readonly<Record<Ability, { readonly can: boolean; readonly note: string | null }>>;

export const ABILITIES = {
  resume: "continues in the same session after an end, an answer or a crash",
  steer: "gets messages while it works",
  ask: "asks a person for permission, and questions of its own",
  plan: "shows its plan",
  tokens: "counts tokens",
  cost: "says what it cost",
  limit: "says that a usage limit is reached",
  limit_time: "says when the limit ends",
  denials: "says which actions were denied",
} as const;
export type Ability = keyof typeof ABILITIES;

/** One entry of `workers:`, with defaults filled in. */
export type WorkerSettings = {
  /** Its key in `workers:`. */
  readonly name: string;
  readonly kind: KindName;
  /** The program; null for the kind's own (found on the PATH). */
  readonly program: string | null;
  /** Of kind `command`: program and arguments with placeholders. Empty for others; for `acp` the agent's command. */
  readonly command: readonly string[];
  readonly model: string | null;
  /** Added to the kind's own arguments. */
  readonly args: readonly string[];
  readonly permissions: Permissions;
  /** Program and arguments that precede the command: a sandbox of the user's. */
  readonly wrap: readonly string[];
  /** More variables for the agent. */
  readonly variables: Readonly<Record<string, string>>;
  readonly selectable: boolean;
  /** What its usage limits belong to; null: `<kind>@<host>`. */
  readonly account: string | null;
  /** Workers that take its tasks while its account waits. */
  readonly fallback: readonly string[];
};

/** One process of an agent. */
export type AgentOrder = {
  readonly settings: WorkerSettings;
  /** Absolute: the file to start. */
  readonly program: string;
  /** What it is to do in its first turn. */
  readonly prompt: string;
  /** Absolute. */
  readonly promptFile: string;
  /** The session: `id` null if the agent is to choose one. `resume`: it exists, and only `prompt` is new. */
  readonly session: { readonly id: string | null; readonly resume: boolean };
  /** Absolute: where it works. */
  readonly worktree: string;
  /** Absolute: the worktree's own git folder and the repository's; null outside git. */
  readonly git: { readonly own: string; readonly common: string } | null;
  /** The values of the placeholders of kind `command`. */
  readonly slug: string;
  readonly taskFile: string;
  /** How the agent starts `tasks mcp`, where it needs that to report. */
  readonly tasksMcp: { readonly command: string; readonly args: readonly string[] };
  /** The variables of the run (TASKS_RUN, …), for what the agent starts without its environment. */
  readonly runVariables: Readonly<Record<string, string>>;
};

export type AgentLaunch = {
  /** Program and arguments, without `wrap`. */
  readonly command: readonly string[];
  /** Set beside what a worker inherits: self-update off, and the like. */
  readonly variables: Readonly<Record<string, string>>;
  /** `channel`: lines are written to it. `closed`: end of file at once. */
  readonly stdin: "channel" | "closed";
};

export type ConversationOutput = {
  /** A line for the agent's stdin, without its line feed. */
  send(line: string): void;
  event(event: AgentEvent): void;
};

/**
 * One process of an agent from its start to its end. Deterministic: the same lines give the same events, however the bytes
 * were torn (lines are cut before). No method throws, whatever arrives. A method that returns false did nothing: the agent
 * cannot do that (now).
 */
export type Conversation = {
  /** The process runs: sends what has to come first (a handshake, the prompt). */
  begin(): void;
  /** A whole line of stdout, without its line feed. */
  receive(line: string): void;
  /** A whole line of stderr. */
  receiveError(line: string): void;
  /** The process is gone, and all of its output was received. Says what that means for a turn that has not ended. */
  processEnded(exit: AgentExit): void;
  /** Where events come a moment after their line: resolves once all that was received has become events. */
  settled?(): Promise<void>;
  /** A message to the agent while it works; the event that it was delivered is the caller's. */
  steer(text: string): boolean;
  /** Starts another turn in this process, after `ended`. False: it takes a new process (resume). */
  nextTurn(text: string): boolean;
  /** Answers an `asked` event. For a permission: one of its choices. */
  answer(id: string, text: string): boolean;
  /**
   * Of a permission that waits: tool, input and place, word for word, so that the same request can be recognised in a later turn.
   * Null: it is not certain. Absent: this kind asks for none.
   */
  requestOf?(id: string): string | null;
  /** Ends the running turn; the process stays, and `ended` follows. */
  interrupt(): boolean;
};

export type AgentExit = { readonly code: number | null; readonly signal: string | null };

/** The choices of a permission question, in this order. */
export const PERMISSION_CHOICES = ["Allow", "Deny"] as const;

export type AgentKind = {
  readonly name: KindName;
  readonly title: string;
  /** The program on the PATH; null: settings name it. */
  readonly program: string | null;
  readonly abilities: Abilities;
  /** What each mode permits, as a sentence for people; a mode that the agent cannot have is refused before queuing. */
  readonly permissions: Readonly<Record<Permissions, { readonly sentence: string } | Refusal>>;
  readonly permissionsDefault: Permissions;
  /** True: we choose the session's id (a UUID). */
  readonly choosesSession: boolean;
  /** One of these variables logs it in; `words` completes "or ". */
  readonly login: { readonly variables: readonly string[]; readonly words: string };
  /** What else a user should know, or null. */
  readonly note: string | null;
  /** Prints its version: arguments, and the versions (as prefixes) that were tested. */
  readonly version: { readonly args: readonly string[]; readonly tested: readonly string[] };
  /**
   * Where the agent's native file may be, given the file that its program on the PATH leads to: a wrapper that is killed
   * leaves its agent behind. The first that exists is started; none exists: the program itself.
   */
  nativeFiles(
    program: string,
    machine: { readonly platform: string; readonly arch: string },
  ): readonly string[];
  launch(order: AgentOrder): AgentLaunch;
  converse(order: AgentOrder, output: ConversationOutput): Conversation;
  /** The agent's own interactive command for this session, run in the worktree; null: it has none. */
  takeOver(session: string, settings: WorkerSettings): readonly string[] | null;
};
