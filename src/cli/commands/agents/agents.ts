import {
  AGENT_FILES,
  AGENT_PARTS,
  type AgentFile,
  lineChange,
} from "../../../core/agent-files/plan-agent-files.ts";
import type { Refusal } from "../../../core/contract/refusal.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { counted } from "../../../core/text/counted.ts";
import { quote } from "../../../core/text/quote.ts";
import type { Command, CommandContext, RepositoryContext } from "../../contract/command.ts";
import { confirm } from "../../contract/confirm.ts";
import { usage } from "../../contract/errors.ts";
import { FORMAT, flag, REPO } from "../../contract/flags.ts";
import { asJson, printLines } from "../../contract/print-result.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { openRepository } from "../../repository/open-repository.ts";

export const command: Command = {
  insideRun: "refused",
  arguments: [
    { name: "what", required: true, description: "install or uninstall" },
    {
      name: "parts",
      required: false,
      variadic: true,
      description: "instructions (AGENTS.md), skill, mcp (.mcp.json); default: all",
    },
  ],
  description:
    "Lets agents that you start yourself work with tasks: a marked section in AGENTS.md, a skill, and the server `tasks mcp` in .mcp.json. Shows the change and asks first. `uninstall` removes exactly that again; nothing else in these files is touched, and no link is followed. See docs/agents.md.",
  flags: [REPO, flag("--yes", "do not ask"), FORMAT],
  examples: [
    { line: "tasks agents install", does: "shows what it would write, then asks" },
    { line: "tasks agents install instructions --yes", does: "only the section in AGENTS.md" },
    { line: "tasks agents uninstall", does: "removes it again" },
  ],
  run: agents,
};

type Verb = "install" | "uninstall";

type Change = {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
};

/** Exits 1 when the answer is no, or a file is refused; nothing is written then. */
async function agents(context: CommandContext): Promise<void> {
  const { verb, files } = readRequest(context.arguments);
  const opened = await openRepository(context);
  const { system, output } = opened;
  const texts = await system.openRepositoryTextFiles(opened.root);
  const planned = await Promise.all(files.map((file) => plan(file, verb, (path) => texts.read(path))));
  const refusals = planned.flatMap((one) => (one.kind === "refused" ? [one] : []));
  if (refusals.length > 0) throw refused(refusals);
  const changes = planned.flatMap((one) => (one.kind === "change" && one.before !== one.after ? [one] : []));
  if (changes.length === 0) {
    const nothing = verb === "install" ? "Everything is installed already." : "Nothing of it is installed.";
    return printLines(opened, { files: [], written: false }, [nothing]);
  }
  if (!asJson(opened))
    for (const line of changes.flatMap((change) => diffLines(opened, change))) output.result(line);
  const question = `${verb === "install" ? "Change" : "Remove this from"} ${counted(changes.length, "file")}`;
  if (!(await confirm(context, question))) throw declined();
  for (const change of changes) await texts.replace(change);
  printLines(opened, { files: changes.map(record), written: true }, [
    `${counted(changes.length, "file")} changed.`,
  ]);
  if (verb === "install" && !asJson(opened))
    output.note("Commit them, so that worktrees have them too. Agents read them when a session starts.");
}

function readRequest([verb, ...parts]: readonly string[]): {
  readonly verb: Verb;
  readonly files: readonly AgentFile[];
} {
  if (verb !== "install" && verb !== "uninstall")
    throw usage(
      `\`tasks agents\` does not know ${quote(verb ?? "")}.`,
      "It is `tasks agents install` or `uninstall`.",
    );
  const known: readonly string[] = AGENT_PARTS;
  const unknown = parts.find((part) => !known.includes(part));
  if (unknown !== undefined)
    throw usage(`There is no part ${quote(unknown)}.`, `Parts: ${AGENT_PARTS.join(", ")}.`);
  return { verb, files: AGENT_FILES.filter(({ part }) => parts.length === 0 || parts.includes(part)) };
}

type Planned = ({ readonly kind: "change" } & Change) | (Refusal & { readonly path: string });
type Read = Awaited<ReturnType<CommandContext["system"]["openRepositoryTextFiles"]>>["read"];

async function plan({ path, install, uninstall }: AgentFile, verb: Verb, read: Read): Promise<Planned> {
  const found = await read(path);
  if (found.kind === "refused")
    return {
      kind: "refused",
      code: "edit_refused",
      path,
      message: `It is not read: ${found.why}.`,
      hint: OTHER_PARTS,
    };
  const before = found.text;
  if (verb === "uninstall" && before === null) return { kind: "change", path, before, after: null };
  const edited = verb === "install" ? install(before) : uninstall(before ?? "");
  return edited.kind === "refused"
    ? { ...edited, path }
    : { kind: "change", path, before, after: edited.text };
}

const OTHER_PARTS = `Name the parts that you want: ${AGENT_PARTS.join(", ")}.`;

/** Nothing was written: a half set-up would be harder to understand than none. */
function refused(refusals: readonly (Refusal & { readonly path: string })[]): UserError {
  const lines = refusals.map(({ path, message, hint }) => `${path}: ${message} ${hint}`);
  return new UserError({ code: "edit_refused", message: lines.join("\n"), hint: "Nothing was written." });
}

function declined(): UserError {
  return new UserError({
    code: "edit_refused",
    message: "Nothing was written.",
    hint: "--yes skips the question.",
  });
}

/** "AGENTS.md:12", then the lines that go and come. */
function diffLines({ output }: RepositoryContext, { path, before, after }: Change): string[] {
  const { line, removed, added } = lineChange(before, after);
  const { strong, good, alarm } = output.resultStyle;
  const what = before === null ? " (new)" : after === null ? " (removed)" : `:${line}`;
  return [
    strong(`${path}${what}`),
    ...removed.map((text) => alarm(terminalText(`- ${text}`))),
    ...added.map((text) => good(terminalText(`+ ${text}`))),
    "",
  ];
}

function record({ path, before, after }: Change): object {
  const { line, removed, added } = lineChange(before, after);
  const did = before === null ? "created" : after === null ? "removed" : "changed";
  return { path, did, line, removed, added };
}
