// Ticks a gate by changing one character per open box. If the body has no box for it, a line can be added below its heading.

import { type EditedText, refuseEdit } from "../front-matter/edit-front-matter.ts";
import { readFrontMatter } from "../front-matter/front-matter.ts";
import { applySplices, lineAfter, lineBreakAt, type Splice } from "../front-matter/splice.ts";
import { GATE_TEXTS, type GateName } from "./gates.ts";
import { type ScannedBody, scanBody } from "./scan-body.ts";

export type GateTick = {
  readonly gate: GateName;
  /** Adds the gate's line if it is missing; else that is refused. */
  readonly addMissing: boolean;
};

/** The template's section of each gate. */
export const GATE_SECTIONS: Readonly<Record<GateName, string>> = {
  qa_exploration: "QA Exploration",
  review_cleared: "Review Feedback",
};

/** Ticks every box of that gate. */
export function tickGate(text: string, { gate, addMissing }: GateTick): EditedText {
  const front = readFrontMatter("", text);
  if (front.kind !== "read") return UNREADABLE;
  const body = scanBody(text, front.bodyStart, front.bodyLine);
  switch (body.gates[gate]) {
    case "ticked":
      return { kind: "edited", text };
    case "open":
      return { kind: "edited", text: applySplices(text, tickOpen(text, body, gate)) };
    case "absent":
      if (!addMissing) return absent(gate);
      return { kind: "edited", text: applySplices(text, [addLine(text, body, gate)]) };
  }
}

function tickOpen(text: string, { openGates }: ScannedBody, gate: GateName): readonly Splice[] {
  const lines = openGates.filter((open) => open.gate === gate).map(({ line }) => line);
  return lines.map((line) => {
    const mark = text.indexOf("[", startOfLine(text, line)) + 1;
    return { start: mark, end: mark + 1, text: "x" };
  });
}

/** Directly below the heading, so that it cannot end up inside a fence or under a deeper heading. */
function addLine(text: string, { sections }: ScannedBody, gate: GateName): Splice {
  const line = `- [x] ${GATE_TEXTS[gate]}`;
  const section = sections.find(({ heading }) => heading === GATE_SECTIONS[gate]);
  if (section === undefined) return appendSection(text, gate, line);
  const at = lineAfter(text, startOfLine(text, section.line) + 1);
  const lineBreak = lineBreakAt(text, at);
  const isLast = at === text.length && !text.endsWith("\n");
  const isSpaced = isLast || /^[ \t]*(?:\r?\n|$)/.test(text.slice(at, at + BLANK_LENGTH));
  const before = isLast ? lineBreak + lineBreak : lineBreak;
  const after = isLast ? "" : isSpaced ? lineBreak : lineBreak + lineBreak;
  return { start: at, end: at, text: before + line + after };
}

/** How far to look for a blank line. */
const BLANK_LENGTH = 1_000;

function appendSection(text: string, gate: GateName, line: string): Splice {
  const lineBreak = lineBreakAt(text, text.length);
  const gap = text.endsWith("\n") ? lineBreak : lineBreak + lineBreak;
  const lines = [`## ${GATE_SECTIONS[gate]}`, "", line, ""];
  return { start: text.length, end: text.length, text: gap + lines.join(lineBreak) };
}

/** Offset at which the 1-based line begins. */
function startOfLine(text: string, line: number): number {
  let at = 0;
  for (let passed = 1; passed < line; passed++) at = text.indexOf("\n", at) + 1;
  return at;
}

const UNREADABLE = refuseEdit(
  "The front matter cannot be read.",
  "Fix it first; `tasks validate` says what is wrong.",
  1,
);

const absent = (gate: GateName) =>
  refuseEdit(
    `There is no check box "${GATE_TEXTS[gate]}".`,
    `Add a line "- [ ] ${GATE_TEXTS[gate]}" below "## ${GATE_SECTIONS[gate]}".`,
  );
