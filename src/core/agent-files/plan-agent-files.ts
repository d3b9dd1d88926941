// Which files `tasks agents install` writes, and what becomes of each. docs/agents.md says which agent reads which.

import { type Refusal, refusal } from "../contract/refusal.ts";
import { INSTRUCTIONS, SKILL } from "./agent-texts.ts";
import { type EditedFile, putSection, takeSection } from "./marked-section.ts";
import { putServer, takeServer } from "./mcp-settings.ts";

export const AGENT_PARTS = ["instructions", "skill", "mcp"] as const;
export type AgentPart = (typeof AGENT_PARTS)[number];

export type AgentFile = {
  /** Relative to the repository. */
  readonly path: string;
  readonly part: AgentPart;
  /** `before` is null where there is no file. */
  readonly install: (before: string | null) => EditedFile;
  readonly uninstall: (before: string) => EditedFile;
};

/** No single folder is read by all agents. */
const SKILL_FILES = [".agents/skills/tasks/SKILL.md", ".claude/skills/tasks/SKILL.md"];

export const AGENT_FILES: readonly AgentFile[] = [
  {
    path: "AGENTS.md",
    part: "instructions",
    install: (before) => putSection(before, INSTRUCTIONS),
    uninstall: takeSection,
  },
  ...SKILL_FILES.map((path) => ({ path, part: "skill", install: putSkill, uninstall: takeSkill }) as const),
  { path: ".mcp.json", part: "mcp", install: putServer, uninstall: takeServer },
];

/** The file is ours as a whole: a changed line of it is replaced, and shown before. */
const OWN_MARK = "<!-- Written by `tasks agents install`";

function putSkill(before: string | null): EditedFile {
  return before === null || before.includes(OWN_MARK) ? { kind: "edited", text: SKILL } : OTHER_SKILL;
}

function takeSkill(before: string): EditedFile {
  return { kind: "edited", text: before.includes(OWN_MARK) ? null : before };
}

const OTHER_SKILL: Refusal = refusal(
  "It is a skill of yours: `tasks agents install` did not write it.",
  "Rename its folder, or leave the skill out: tasks agents install instructions mcp",
  "edit_refused",
);

/** The lines that differ, and the first line's number before and after, from 1. */
export type LineChange = {
  readonly line: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
};

/** One range: what `install` and `uninstall` change is in one place of a file. */
export function lineChange(before: string | null, after: string | null): LineChange {
  const [old, now] = [linesOf(before), linesOf(after)];
  const longest = Math.min(old.length, now.length);
  let start = 0;
  while (start < longest && old[start] === now[start]) start++;
  let end = 0;
  while (end < longest - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  return {
    line: start + 1,
    removed: old.slice(start, old.length - end),
    added: now.slice(start, now.length - end),
  };
}

const linesOf = (text: string | null): string[] =>
  text === null || text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
