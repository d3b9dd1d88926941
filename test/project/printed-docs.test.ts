// Tables in docs/ that are printed from the code: compared here, and renewed by UPDATE_DOCS=1. They stand between two marks,
// `<!-- name -->` and `<!-- end -->`; the text around them is written by hand.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { COMMAND_GROUPS } from "../../src/cli/command-index.ts";
import { helpText } from "../../src/cli/program.ts";
import { isGuarded, isOwnOnly } from "../../src/config/guarded-settings.ts";
import { SETTINGS, type Setting } from "../../src/config/settings.ts";
import { workerSchema } from "../../src/config/worker-schema.ts";
import { ABILITIES, type Ability, PERMISSIONS } from "../../src/core/agent/contract/agent-kind.ts";
import { AGENT_KINDS, kindNamed } from "../../src/core/agent/kinds/agent-kinds.ts";
import { RULES } from "../../src/core/classify/rules.ts";
import { PROBLEM_TABLE } from "../../src/core/problems/problem-table.ts";
import { FEWEST_DOUBTED_TASKS, HOLD_MS } from "../../src/core/signal/detector-doubt.ts";
import { SIGNAL_TABLE } from "../../src/core/signal/signal-table.ts";
import type { PROMPT_PLACEHOLDERS } from "../../src/core/worker/prompt.ts";
import type { COMMAND_PLACEHOLDERS } from "../../src/core/worker/worker-command.ts";
import { OUTER_PROGRAMS } from "../../src/core/worker/worker-environment.ts";
import { WORKER_PRESETS } from "../../src/core/worker/worker-presets.ts";

const table = (head: readonly string[], rows: readonly (readonly unknown[])[]) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const code = (text: string) => `\`${text}\``;

function settings(): string {
  const rows = SETTINGS.map((setting) => {
    const variables = setting.variables.map(code).join(", ");
    const trust = isGuarded(setting.key) ? "trust" : isOwnOnly(setting.key) ? "own" : "";
    return [code(setting.key), variables, shownDefault(setting), setting.needs, trust, setting.description];
  });
  rows.push([
    code("workers.<name>"),
    "",
    "–",
    "a group of keys",
    "trust",
    "A worker: [workers](workers.md).",
  ]);
  return table(["key", "environment variable", "default", "takes", "", "what it does"], rows);
}

function shownDefault({ fallback }: Setting): string {
  if (fallback === null) return "–";
  if (Array.isArray(fallback)) return fallback.length === 0 ? "none" : fallback.join(", ");
  return code(String(fallback));
}

function workerKeys(): string {
  const rows = Object.entries(workerSchema.shape).map(([key, schema]) => [code(key), schema.description]);
  return table(["key", "is"], rows);
}

function rules(): string {
  const rows = RULES.map(({ id, group, when }, at) => [at + 1, code(group), when, code(id)]);
  return table(["", "Group", "Matches when", "Rule"], rows);
}

function signals(): string {
  const rows = Object.entries(SIGNAL_TABLE).map(([name, { tier, means, sentence, example, evidence }]) => {
    const facts = Object.entries(evidence).map(([fact, holds]) => `${code(fact)}: ${holds}`);
    return [code(name), tier, means, sentence(example), facts.join("; ")];
  });
  return table(["Code", "Tier", "Means", "Sentence, for example", "Evidence"], rows);
}

function problems(): string {
  const rows = Object.entries(PROBLEM_TABLE).map(([name, { severity, meaning }]) => [
    code(name),
    severity,
    meaning,
  ]);
  return table(["Code", "Severity", "When"], rows);
}

/** Agents that are started by a command, as they have no kind. */
const PRESETS = WORKER_PRESETS.filter(({ name }) => kindNamed(name) === null);

function presets(): string {
  const rows = PRESETS.map(({ name, title, variables, login, permits, note }) => [
    code(name),
    title,
    loginOf(variables, login),
    [permits, ...(note === null ? [] : [note])].join(" "),
  ]);
  const commands = PRESETS.map(
    ({ command, name }) =>
      `- ${name}: ${code(`[${command.map((word) => JSON.stringify(word)).join(", ")}]`)}`,
  );
  return [table(["preset", "agent", "logs in with", "permissions"], rows), commands.join("\n")].join("\n\n");
}

const loginOf = (variables: readonly string[], words: string) =>
  [...(variables.length === 0 ? [] : [variables.map(code).join(" or ")]), words].join("; or ");

function kinds(): string {
  const abilities = Object.entries(ABILITIES) as [Ability, string][];
  const head = ["", ...AGENT_KINDS.map(({ name }) => code(name))];
  const rows = abilities.map(([ability, meaning]) => [
    meaning,
    ...AGENT_KINDS.map((kind) => (kind.abilities[ability].can ? "yes" : "no")),
  ]);
  const notes = AGENT_KINDS.map(({ name, title, abilities: can, login, note, version }) => {
    const byNote = Map.groupBy(
      abilities.filter(([ability]) => can[ability].note !== null),
      ([ability]) => can[ability].note,
    );
    const reasons = [...byNote].map(([why, of]) => `${of.map(([, meaning]) => meaning).join(", ")}: ${why}`);
    const lines = [
      ...(login.variables.length === 0 ? [] : [`Logs in with ${loginOf(login.variables, login.words)}.`]),
      ...(version.tested.length === 0
        ? []
        : [`Tested with ${version.tested.map((one) => `${one}x`).join(", ")}.`]),
      ...(note === null ? [] : [note]),
    ];
    const first = [`- **${title}** (${code(name)}).`, ...lines].join(" ");
    return [first, ...reasons.map((reason) => `  - ${reason}`)].join("\n");
  });
  return [table(head, rows), notes.join("\n")].join("\n\n");
}

function permissions(): string {
  const rows = AGENT_KINDS.map((kind) => [
    code(kind.name),
    ...PERMISSIONS.map((mode) => {
      const is = kind.permissions[mode];
      const words = "kind" in is ? `no: ${is.message}` : is.sentence;
      return mode === kind.permissionsDefault ? `${words} **Default.**` : words;
    }),
  ]);
  return table(["kind", ...PERMISSIONS.map(code)], rows);
}

const placeholders = (head: string, meanings: Readonly<Record<string, string>>) =>
  table(
    [head, "becomes"],
    Object.entries(meanings).map(([name, meaning]) => [code(`{${name}}`), meaning]),
  );

const COMMAND_MEANINGS: Readonly<Record<(typeof COMMAND_PLACEHOLDERS)[number], string>> = {
  prompt: "the prompt; past 40,000 characters, a sentence that points to the file",
  prompt_file: "the file that contains it; absolute",
  slug: "the task's slug",
  task_file: "the task's file in the root; absolute",
  worktree: "the worker's current folder; absolute",
};

const PROMPT_MEANINGS: Readonly<Record<(typeof PROMPT_PLACEHOLDERS)[number], string>> = {
  title: "the task's title",
  slug: "its slug",
  task_file: "its file, relative to the repository",
  task_text: "the file's current text in the root, in a fence; with a note above it if it is not committed",
  worktree: "the worker's current folder; absolute",
  branch: "its branch",
  attempt: "1, 2, ...",
  follow_ups: "messages since the last attempt (`tasks continue`), with their authors; empty without any",
  answer: "the worker's question and its answer, if it did not wait for it",
  last_attempt: "how the previous attempt ended; empty at the first",
};

async function commands(): Promise<string> {
  const parts: string[] = [];
  for (const [title, group] of Object.entries(COMMAND_GROUPS)) {
    parts.push(`## ${title}`);
    for (const name of Object.keys(group))
      parts.push(`### tasks ${name}\n\n\`\`\`\n${await helpText(name)}\n\`\`\``);
  }
  return parts.join("\n\n");
}

test.each<[string, string, () => string | Promise<string>]>([
  ["configuration.md", "settings", settings],
  ["groups.md", "rules", rules],
  ["signals.md", "signals", signals],
  ["format.md", "problems", problems],
  ["workers.md", "keys of a worker", workerKeys],
  ["workers.md", "kinds", kinds],
  ["workers.md", "presets", presets],
  ["workers.md", "permissions", permissions],
  ["workers.md", "command placeholders", () => placeholders("in the command", COMMAND_MEANINGS)],
  ["workers.md", "prompt placeholders", () => placeholders("in the template", PROMPT_MEANINGS)],
  [
    "workers.md",
    "variables of other programs",
    () =>
      table(
        ["of", "does not reach a worker"],
        OUTER_PROGRAMS.map(({ program, words }) => [program, words]),
      ),
  ],
  ["cli.md", "commands", commands],
])("Q7: docs/%s: %s as the code has them", async (name, section, print) => {
  const file = fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
  const text = readFileSync(file, "utf8");
  const [from, to] = [`<!-- ${section} -->\n\n`, "\n\n<!-- end -->"];
  const start = text.indexOf(from) + from.length;
  const end = text.indexOf(to, start);
  expect(start, `docs/${name} has no mark ${from}`).toBeGreaterThan(from.length);
  const printed = await print();
  if (process.env["UPDATE_DOCS"] === "1")
    writeFileSync(file, text.slice(0, start) + printed + text.slice(end));
  else expect(text.slice(start, end), "UPDATE_DOCS=1 npx vitest run test/project renews it").toBe(printed);
});

test("docs/signals.md gives the limits of the doubt in the detector", () => {
  const text = readFileSync(new URL("../../docs/signals.md", import.meta.url), "utf8").replaceAll(
    /\s+/g,
    " ",
  );
  expect(text).toContain(`at least ${FEWEST_DOUBTED_TASKS} tasks`);
  expect(text).toContain(`after ${HOLD_MS / 60_000} minutes`);
});
