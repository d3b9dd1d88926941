// Every problem that a file can have: code, severity, meaning, sentence and hint. Codes are permanent.
// docs/format.md has the same table; a test compares them.

import type { Problem } from "../contract/problem.ts";
import { PRIORITIES, TASK_STATUSES } from "../contract/task.ts";
import { quote } from "../text/quote.ts";
import { LINK_PROBLEMS } from "./link-problem-table.ts";
import { define, type ProblemDefinition } from "./problem-definition.ts";

type Nothing = Record<never, never>;
type Key = { readonly key: string };
/** `detail`: the reader's sentence. */
type Refused = { readonly detail: string };
type Written = { readonly key: string; readonly value: string };

const FILE_PROBLEMS = {
  file_link: define<Refused>({
    severity: "error",
    unreadable: true,
    refused: true,
    meaning: "the path is a symbolic link, or below one",
    message: ({ detail }) => detail,
    hint: () => "Replace it with what it points to.",
  }),
  file_not_regular: define<Refused>({
    severity: "error",
    unreadable: true,
    refused: true,
    meaning: "the path is a folder or a device",
    message: ({ detail }) => detail,
    hint: () => "Rename it, or replace it with a Markdown file.",
  }),
  file_too_large: define<Refused>({
    severity: "error",
    unreadable: true,
    refused: true,
    meaning: "the file is larger than a task file can be",
    message: ({ detail }) => detail,
    hint: () => "Move logs and attachments out of the file and link to them.",
  }),
  file_unreadable: define<Refused>({
    severity: "error",
    unreadable: true,
    refused: true,
    meaning: "the system refused to read the file",
    message: ({ detail }) => detail,
    hint: () => "Check its permissions; every scan tries again.",
  }),
  file_not_read: define<{
    readonly folder: string;
    readonly names: string;
    readonly count: number;
    readonly hint: string;
  }>({
    severity: "warning",
    meaning: "files look like tasks, but their folder or name is not read; one problem per folder",
    message: ({ folder, names, count }) =>
      count === 1
        ? `${names} in ${folder} looks like a task and is not read.`
        : `${count} files in ${folder} look like tasks and are not read: ${names}.`,
    hint: ({ hint }) => hint,
  }),
  file_empty: define<Nothing>({
    severity: "error",
    unreadable: true,
    meaning: "the file is empty or only whitespace",
    message: () => "The file is empty.",
    hint: () => "If an editor was just saving it, this clears in a moment; otherwise restore it from git.",
  }),
  conflict_markers: define<Nothing>({
    severity: "error",
    unreadable: true,
    meaning: "the file has an unresolved git merge conflict",
    message: () => "The file has an unresolved merge conflict, which starts on this line (<<<<<<<).",
    hint: () => "Keep one side and delete the lines that start with <<<<<<<, ======= and >>>>>>>.",
  }),
  invalid_utf8: define<Nothing>({
    severity: "warning",
    meaning: "bytes that are not UTF-8 are shown as \uFFFD",
    message: () => "Some bytes are not valid UTF-8 and are shown as \uFFFD.",
    hint: () => "Save the file as UTF-8.",
  }),
  nul_character: define<Nothing>({
    severity: "warning",
    meaning: "the body contains a NUL character, as binary data does",
    message: () => "The body contains a NUL character, which text does not have.",
    hint: () => "Delete it; if much of the file looks like this, restore it from git.",
  }),
  hidden_characters: define<{ readonly name: string }>({
    severity: "warning",
    meaning: "the front matter contains invisible characters that can change how text reads",
    message: ({ name }) =>
      `This line contains an invisible character (${name}) that can change how it reads.`,
    hint: () => "Delete it, unless the text needs it.",
  }),
  problems_too_many: define<{ readonly count: number }>({
    severity: "warning",
    meaning: "the file has more problems than are listed",
    message: ({ count }) => `The file has ${count} more ${count === 1 ? "problem" : "problems"}.`,
    hint: () => "Fix the ones above to see them.",
  }),
} as const;

const FRONT_MATTER_PROBLEMS = {
  front_matter_missing: define<{ readonly opensOn: number | null }>({
    severity: "error",
    unreadable: true,
    meaning: "the first line is not `---`",
    message: ({ opensOn }) =>
      opensOn === null
        ? "The file has no front matter: its first line is not ---."
        : `The front matter starts on line ${opensOn}, so it is not read: it must start on the first line.`,
    hint: ({ opensOn }) =>
      opensOn === null
        ? "Start the file with a line ---, then keys such as status: not_started, then a line ---."
        : `Delete what is above line ${opensOn}, or move it below the closing ---.`,
  }),
  front_matter_unclosed: define<Nothing>({
    severity: "error",
    unreadable: true,
    meaning: "the front matter has no closing `---` line",
    message: () => "The front matter that starts here is never closed.",
    hint: () => "Add a line --- after the last key.",
  }),
  front_matter_language: define<{ readonly language: string }>({
    severity: "error",
    unreadable: true,
    meaning: "the front matter is marked as a language other than YAML; nothing is run",
    message: ({ language }) =>
      `The front matter is marked as ${quote(language)}; only plain YAML is read, and nothing was run.`,
    hint: () => "Make the first line exactly --- and write the keys as YAML.",
  }),
  front_matter_too_large: define<{ readonly limit: string }>({
    severity: "error",
    unreadable: true,
    meaning: "the front matter is too large",
    message: ({ limit }) => `The front matter is larger than ${limit}, so it was not read.`,
    hint: () => "Keep keys short and move text below the closing ---.",
  }),
  front_matter_ended_early: define<Nothing>({
    severity: "error",
    meaning:
      "a line `...` or `--- text` ends the YAML before the closing `---`; the keys below it are not read",
    message: () => "This line ends the YAML, so the keys below it are not read.",
    hint: () => "Delete the line.",
  }),
  front_matter_not_keys: define<Nothing>({
    severity: "error",
    unreadable: true,
    meaning: "the front matter is YAML, but a list or a text instead of keys",
    message: () => "The front matter is a list or a text instead of keys.",
    hint: () => "Write one key per line, such as status: not_started.",
  }),
  yaml_invalid: define<{ readonly because: string; readonly hint: string }>({
    severity: "error",
    unreadable: true,
    meaning: "the front matter is not valid YAML",
    message: ({ because }) => `The front matter cannot be read as YAML: ${because}.`,
    hint: ({ hint }) => hint,
  }),
  yaml_merge: define<Nothing>({
    severity: "error",
    meaning: "a YAML merge (`<<`), which is not supported",
    message: () => "This line merges other keys (<<), which is not supported, so keys may be missing.",
    hint: () => "Write the keys out.",
  }),
  yaml_alias: define<Key>({
    severity: "error",
    meaning: "the value of a known key is a YAML alias (`*name`), which is not supported",
    message: ({ key }) => `The value of ${key} is a YAML alias (*name), which is not supported.`,
    hint: ({ key }) => `Write the value of ${key} out.`,
  }),
  key_repeated: define<Key & { readonly firstLine: number }>({
    severity: "error",
    meaning: "a key is written more than once, so none of its values is used",
    message: ({ key, firstLine }) =>
      `The key ${quote(key)} is already on line ${firstLine}; two values contradict each other, so neither is used.`,
    hint: () => "Delete one of the two lines.",
  }),
  key_foreign: define<Key & { readonly likeness: string; readonly hint: string }>({
    severity: "warning",
    meaning: "a key of other tools, which is not read here; the file lacks ours",
    message: ({ key, likeness }) => `The key ${quote(key)} is not read. It looks like ${likeness}.`,
    hint: ({ hint }) => hint,
  }),
  key_misspelt: define<Key & { readonly meant: string }>({
    severity: "warning",
    meaning: "an unknown key looks like a known one that the file does not have",
    message: ({ key, meant }) =>
      `The key ${quote(key)} is not read. It looks like ${meant}, which is missing.`,
    hint: ({ meant }) => `Did you mean ${meant}?`,
  }),
  value_changed: define<Key & { readonly value: string; readonly how: string; readonly hint: string }>({
    severity: "warning",
    meaning:
      "YAML does not read what is written: it cuts off a comment, an anchor or a tag, or an escape makes an invisible character",
    message: ({ key, value, how }) =>
      `${how}, so ${key} is ${value === "" ? "empty" : `read as ${quote(value)}`}.`,
    hint: ({ hint }) => hint,
  }),
  value_not_text: define<Key & { readonly found: string }>({
    severity: "error",
    meaning: "a known key that takes a text has a list or keys as its value",
    message: ({ key, found }) => `The value of ${key} is ${found}; it must be a text.`,
    hint: ({ key, found }) =>
      key === "owner" && found === "a list"
        ? "A task has one owner: write owner: dave, without brackets and without @."
        : `Write it as ${key}: text, in quotes if it starts with [ or {.`,
  }),
  value_too_long: define<Key & { readonly limit: number }>({
    severity: "warning",
    meaning: "a text is longer than pages show and was cut",
    message: ({ key, limit }) => `The value of ${key} is longer than ${limit} characters and was cut.`,
    hint: () => "Keep it short and move the rest below the closing ---.",
  }),
  list_is_text: define<Written>({
    severity: "warning",
    meaning: "a key that takes a list (`dependencies`, `aliases`) has one text; read as a list of one",
    message: ({ key, value }) =>
      `The value of ${key} is one text, ${quote(value)}, read as a list with that one entry.`,
    hint: () => "Write one entry per line, each after a dash.",
  }),
  list_item_empty: define<Key>({
    severity: "warning",
    meaning: "an entry of a list is empty; skipped",
    message: ({ key }) => `This entry of ${key} is empty.`,
    hint: () => "Delete the line, or write a name after the dash.",
  }),
  list_item_repeated: define<Written>({
    severity: "warning",
    meaning: "an entry of a list is repeated; read once",
    message: ({ key, value }) => `${quote(value)} is listed more than once under ${key}.`,
    hint: () => "Delete one of the lines.",
  }),
  list_too_long: define<Key & { readonly limit: number }>({
    severity: "error",
    meaning: "a list has more entries than are read",
    message: ({ key, limit }) =>
      `The list under ${key} has more than ${limit} entries; the rest was not read.`,
    hint: () => "Group them: one task can stand for many.",
  }),
} as const;

const TASK_PROBLEMS = {
  title_missing: define<Nothing>({
    severity: "warning",
    meaning: "no `title`, or one that YAML reads as empty (`null`, `~`); the file name is shown",
    message: () => "The task has no title, so its file name is shown.",
    hint: () => "Add title: with what the task is about; a word such as null needs quotes.",
  }),
  status_missing: define<Nothing>({
    severity: "error",
    meaning: "no `status`",
    message: () => "The task has no status.",
    hint: () => `Add status: with one of ${TASK_STATUSES.join(", ")}.`,
  }),
  status_unknown: define<{ readonly value: string; readonly meant: string | null }>({
    severity: "error",
    meaning: "`status` is not one of the known ones",
    message: ({ value }) => `The status ${quote(value)} is not one of ${TASK_STATUSES.join(", ")}.`,
    hint: ({ meant }) => (meant === null ? "Use one of the statuses listed." : `Did you mean ${meant}?`),
  }),
  status_legacy: define<Nothing>({
    severity: "warning",
    meaning: "`status` is the legacy `done`; read as `completed`",
    message: () => "The status done is the old word for completed and is read as completed.",
    hint: () => "Write status: completed.",
  }),
  priority_unknown: define<{ readonly value: string; readonly meant: string | null }>({
    severity: "error",
    meaning: "`priority` is not one of the known ones",
    message: ({ value }) => `The priority ${quote(value)} is not one of ${PRIORITIES.join(", ")}.`,
    hint: ({ meant }) => (meant === null ? "Use one of the priorities listed." : `Did you mean ${meant}?`),
  }),
  completed_by_missing: define<Nothing>({
    severity: "warning",
    meaning: "a completed task lacks `completed_by`",
    message: () => "The task is completed, but does not say by whom.",
    hint: () => "Add completed_by: with the person who did it.",
  }),
  completed_date_missing: define<Nothing>({
    severity: "warning",
    meaning: "a completed task lacks `completed`",
    message: () => "The task is completed, but does not say when.",
    hint: () => "Add completed: with the date, such as 2026-03-24.",
  }),
  date_invalid: define<Written>({
    severity: "warning",
    meaning: "a date that is not ISO 8601 or does not exist",
    message: ({ key, value }) =>
      `The value of ${key}, ${quote(value)}, is not an ISO date, or does not exist.`,
    hint: ({ key }) => `Write it as ${key}: 2026-03-24, or with a time as 2026-03-24T16:30:00Z.`,
  }),
  pull_request_invalid: define<Written>({
    severity: "warning",
    meaning: "`pr_number` is not a number, or `pr_url` not a web address",
    message: ({ key, value }) => `The value of ${key}, ${quote(value)}, is invalid and is ignored.`,
    hint: ({ key }) =>
      key === "pr_url"
        ? "Write the full address, starting with https://."
        : "Write the bare number, such as 123.",
  }),
  gate_open: define<{ readonly gate: string; readonly mark: string | null }>({
    severity: "warning",
    meaning: "a completed task has a gate that is not ticked; a mark such as `[-]` does not clear one",
    message: ({ gate, mark }) =>
      `The task is completed, but "${gate}" is ${mark === null ? "not ticked" : `marked [${mark}], which does not clear a gate`}.`,
    hint: ({ mark }) =>
      mark === null
        ? "Tick the box if it was done."
        : "Tick the box if it was done; if it does not apply, say why with gates_waived:.",
  }),
  sections_too_many: define<{ readonly limit: number }>({
    severity: "warning",
    meaning: "more headings than one page can list",
    message: ({ limit }) =>
      `The body has more than ${limit} sections; the rest are counted into the last one.`,
    hint: () => "Move part of the text to another document and link to it.",
  }),
} as const;

const TEAM_PROBLEMS = {
  role_without_owner: define<Nothing>({
    severity: "error",
    meaning: "a role names neither `owner` nor `filled_by`",
    message: () => "The role has no owner and no filled_by, so its tasks have no owner.",
    hint: () => "Add owner: or filled_by: with a person.",
  }),
} as const;

export const PROBLEM_TABLE = {
  ...FILE_PROBLEMS,
  ...FRONT_MATTER_PROBLEMS,
  ...TASK_PROBLEMS,
  ...TEAM_PROBLEMS,
  ...LINK_PROBLEMS,
} as const;

export type ProblemCode = keyof typeof PROBLEM_TABLE;
type DetailsOf<Code extends ProblemCode> = Parameters<(typeof PROBLEM_TABLE)[Code]["message"]>[0];

/** The problem of that code at a file and 1-based line (null if it concerns no single line). */
export function problem<Code extends ProblemCode>(
  code: Code,
  place: { readonly file: string; readonly line: number | null },
  details: DetailsOf<Code>,
): Problem {
  const definition = PROBLEM_TABLE[code] as unknown as ProblemDefinition<DetailsOf<Code>>;
  return {
    code,
    severity: definition.severity,
    file: place.file,
    line: place.line,
    message: definition.message(details),
    hint: definition.hint(details),
  };
}

const codesWith = (mark: "unreadable" | "refused"): ReadonlySet<string> =>
  new Set(
    Object.entries<ProblemDefinition<never>>(PROBLEM_TABLE)
      .filter(([, it]) => it[mark])
      .map(([code]) => code),
  );

/** Nothing in the newest text can be used. */
export const UNREADABLE_CODES = codesWith("unreadable");

/** The newest text is not even known. */
export const REFUSED_CODES = codesWith("refused");
