// T1 against random files: every line of front matter is a piece whose text is known, in one of the ways that people
// write it, with either line end. After an edit each other piece must be there as it was, byte for byte.

import fc from "fast-check";
import { expect, test } from "vitest";
import { rounds } from "../../../test/support/rounds.ts";
import { PRIORITIES, type RelativePath, TASK_STATUSES, type TaskSpec } from "../contract/task.ts";
import { editTask, type TaskEdit } from "./edit-task.ts";
import { parseTask } from "./parse-task.ts";

const FILE = "tasks/workstreams/infra/tasks/fix-it.md" as RelativePath;

const TEXT_KEYS = [
  "owner",
  "description",
  "milestone",
  "initiative",
  "id",
  "completed_by",
  "x-tool",
  "note",
] as const;
const RUNS = rounds({ short: 3_000, full: 20_000 });

/** One line or block of the front matter; `fixed` is what an edit of its value has to leave in front and behind. */
type Piece = {
  readonly key: string | null;
  readonly text: string;
  readonly fixed: readonly [head: string, tail: string];
};

const eol = fc.constantFrom("\n", "\n", "\r\n");
const word = fc.constantFrom(
  "a",
  "dave",
  "b-c",
  "x_1",
  "007",
  "yes",
  "2026-03-24",
  "ünï",
  "🙂",
  "M1-INFRA-001",
);
const comment = fc.constantFrom("", " # why", "   # a: b, [c]", "\t# tab");
const gap = fc.constantFrom(" ", "  ", "   ");
const anyText = fc.oneof(
  word,
  fc.constantFrom(
    "a: b",
    "# no",
    "it's",
    'say "hi"',
    "[x]",
    "- y",
    "null",
    "~",
    "a #b",
    "a # b",
    "x:",
    "",
    " in ",
    "a\nb",
  ),
  fc.string({ unit: fc.constantFrom(..."aZ09 :#'\"\\-[]{},&*!|>%@`?~.\t\n🙂é\u00a0=<"), maxLength: 12 }),
);

const odd = fc
  .tuple(fc.constantFrom("", "", "# comment", " # set in", "#", " "), eol)
  .map(([text, end]): Piece => ({ key: null, text: text + end, fixed: [text + end, ""] }));

/** A key with one text, in one of the styles. */
function textPiece(key: string): fc.Arbitrary<Piece> {
  const styled = fc.oneof(
    word,
    word.map((text) => `"${text}"`),
    word.map((text) => `'${text}: it''s'`),
    fc.constant(""),
  );
  const oneLine = fc.tuple(gap, styled, comment, eol).map(([space, value, note, end]): Piece => {
    const before = value === "" ? `${key}:` : `${key}:${space}`;
    const tail = value === "" && note === "" ? end : note + end;
    return { key, text: before + value + tail, fixed: [before, tail] };
  });
  const block = fc
    .tuple(
      fc.constantFrom("|", ">", "|-", ">-"),
      comment,
      fc.array(word, { minLength: 1, maxLength: 3 }),
      eol,
    )
    .map(([header, note, lines, end]): Piece => {
      const head = note.replace("\t", " ") + end;
      const text = `${key}: ${header}${head}${lines.map((line) => `  ${line}${end}`).join("")}`;
      return { key, text, fixed: [`${key}: `, head] };
    });
  const folded = fc
    .tuple(word, word, eol)
    .map(([a, b, end]): Piece => ({ key, text: `${key}: ${a}${end}  ${b}${end}`, fixed: [`${key}: `, end] }));
  return fc.oneof(
    { weight: 6, arbitrary: oneLine },
    { weight: 1, arbitrary: block },
    { weight: 1, arbitrary: folded },
  );
}

const names = fc.uniqueArray(fc.constantFrom("a", "b-c", "infra/d", "M1-X-001", "x, y", "it's"), {
  maxLength: 4,
});

const dependencies = fc.oneof(
  fc
    .tuple(names, fc.constantFrom("", "  ", "    "), comment, eol, fc.boolean())
    .map(([list, indent, note, end, inside]) => {
      const head = `dependencies:${list.length === 0 ? " []" : ""}${note}${end}`;
      const between = inside && list.length > 0 ? `${indent}# inside${end}` : "";
      const lines = list.map((name) => `${indent}- ${name}${note}${end}`).join("");
      return { key: "dependencies", text: head + between + lines, fixed: ["dependencies:", ""] } as Piece;
    }),
  fc.tuple(names, comment, eol).map(([list, note, end]) => {
    const written = list.map((name) =>
      name.includes(",") || name.includes("'") ? JSON.stringify(name) : name,
    );
    return {
      key: "dependencies",
      text: `dependencies: [${written.join(", ")}]${note}${end}`,
      fixed: ["dependencies: [", `]${note}${end}`],
    } as Piece;
  }),
);

const unknownNest = fc.tuple(fc.constantFrom("meta", "x-list"), eol).map(
  ([key, end]): Piece => ({
    key,
    text: `${key}:${end}  a: [1, {b: 2}] # c${end}  d:${end}    - e${end}`,
    fixed: ["", ""],
  }),
);

const pieces = fc
  .tuple(
    fc.constantFrom(...TASK_STATUSES.filter((status) => status !== "completed")),
    fc
      .uniqueArray(fc.constantFrom(...TEXT_KEYS), { maxLength: 5 })
      .chain((keys) => fc.tuple(...keys.map(textPiece))),
    fc.option(dependencies, { nil: null }),
    fc.option(unknownNest, { nil: null }),
    fc.array(odd, { maxLength: 4 }),
    eol,
  )
  .chain(([status, texts, list, nest, odds, end]) => {
    const title: Piece = { key: "title", text: `title: Fix it${end}`, fixed: ["title: ", end] };
    const state: Piece = {
      key: "status",
      text: `status: ${status} # s${end}`,
      fixed: ["status: ", ` # s${end}`],
    };
    const all = [title, state, ...texts, ...odds, ...(list ? [list] : []), ...(nest ? [nest] : [])];
    return fc.shuffledSubarray(all, { minLength: all.length });
  });

const body = fc
  .array(
    fc.constantFrom(
      "",
      "## Plan",
      "- [ ] x",
      "- [x] Review cleared",
      "* [ ] QA exploration completed",
      "```",
      "---",
      "a: b",
      "é",
    ),
    { maxLength: 8 },
  )
  .chain((lines) => fc.tuple(fc.constant(lines), eol, fc.boolean()))
  .map(([lines, end, isClosed]) => lines.join(end) + (isClosed ? end : ""));

const edit: fc.Arbitrary<TaskEdit> = fc.oneof(
  fc.record({
    kind: fc.constant("text" as const),
    key: fc.constantFrom(...TEXT_KEYS, "new-key"),
    text: anyText,
  }),
  fc.record({
    kind: fc.constant("text" as const),
    key: fc.constant("status"),
    text: fc.constantFrom("ready", "blocked"),
  }),
  fc.record({
    kind: fc.constant("text" as const),
    key: fc.constant("priority"),
    text: fc.constantFrom(...PRIORITIES),
  }),
  fc.record({ kind: fc.constant("list" as const), key: fc.constant("dependencies"), items: names }),
  fc.record({
    kind: fc.constant("remove" as const),
    key: fc.constantFrom(...TEXT_KEYS, "dependencies", "meta"),
  }),
);

const taskFile = fc.record({
  mark: fc.constantFrom("", "\uFEFF"),
  open: fc.constantFrom("---\n", "---\r\n", "--- \n"),
  pieces,
  close: fc.constantFrom("---\n", "---\r\n", "---"),
  body,
});

/** Fields that each key decides; `lines` and the lines of sections move. */
const FIELDS: Readonly<Record<string, keyof TaskSpec>> = { completed_by: "completedBy" };

function comparable({ lines: _, sections, ...spec }: TaskSpec) {
  return { ...spec, sections: sections.map(({ heading, ticked, total }) => ({ heading, ticked, total })) };
}

test("T1: an edit changes its value and nothing else, whatever the file looks like", () => {
  let made = 0;
  let refused = 0;
  fc.assert(
    fc.property(taskFile, edit, (file, requested) => {
      const close = file.close === "---" ? "---" : file.close + file.body;
      const head = file.mark + file.open;
      const texts = file.pieces.map(({ text }) => text);
      const before = head + texts.join("") + close;
      const parsed = parseTask(FILE, before);
      fc.pre(parsed.readable);
      const result = editTask(FILE, before, [requested]);
      if (result.kind === "refused") {
        refused++;
        return;
      }
      made++;
      const after = result.text;
      const at = file.pieces.findIndex(({ key }) => key === ("key" in requested ? requested.key : ""));
      const piece = file.pieces[at];
      if (piece === undefined) {
        const kept = head + texts.join("");
        expect(after.startsWith(kept) && after.endsWith(close)).toBe(true);
        if (requested.kind === "remove") expect(after).toBe(before);
      } else {
        const above = head + texts.slice(0, at).join("");
        const below = texts.slice(at + 1).join("") + close;
        const changed = after.slice(above.length, after.length - below.length);
        expect(above + changed + below).toBe(after);
        const [front, tail] = requested.kind === "remove" ? ["", ""] : piece.fixed;
        if (requested.kind === "remove") expect(changed).toBe("");
        else expect(changed.startsWith(front.trimEnd()) && changed.endsWith(tail)).toBe(true);
        if (requested.kind === "list" && piece.text.includes("# inside"))
          expect(changed).toContain("# inside");
      }
      checkMeaning(parsed.spec, parseTask(FILE, after).spec, requested);
    }),
    { numRuns: RUNS },
  );
  // Nothing here is beyond editing, but for blank lines that would become part of a text above.
  expect(refused).toBeLessThan(made / 50);
});

function checkMeaning(before: TaskSpec, after: TaskSpec, requested: TaskEdit): void {
  if (requested.kind === "tick_gate") return;
  const field = FIELDS[requested.key] ?? (requested.key as keyof TaskSpec);
  if (requested.kind === "list") expect(after.dependencies.toSorted()).toEqual(requested.items.toSorted());
  if (requested.kind === "text" && field in after && field !== "id") {
    const text = requested.text.trim();
    expect(after[field]).toBe(text === "" ? null : text);
  }
  const unequal = { [field]: null, dependencyLines: null };
  expect({ ...comparable(after), ...unequal }).toEqual({ ...comparable(before), ...unequal });
}

test("T1: ticking a gate changes one character per open box", () => {
  const gate = fc.constantFrom("qa_exploration" as const, "review_cleared" as const);
  fc.assert(
    fc.property(taskFile, gate, (file, name) => {
      const before = `${file.mark}${file.open}${file.pieces.map(({ text }) => text).join("")}---\n${file.body}`;
      const parsed = parseTask(FILE, before);
      fc.pre(parsed.readable && parsed.spec.gates[name] === "open");
      const result = editTask(FILE, before, [{ kind: "tick_gate", gate: name, addMissing: false }]);
      if (result.kind === "refused") throw new Error(result.message);
      expect(result.text).toHaveLength(before.length);
      for (const [at, character] of [...before].entries()) {
        const now = [...result.text][at];
        if (now !== character) expect([character, now]).toEqual([" ", "x"]);
      }
      expect(parseTask(FILE, result.text).spec.gates[name]).toBe("ticked");
    }),
    { numRuns: 300 },
  );
});
