import { alignColumns } from "./columns.ts";
import { commandText } from "./command-text.ts";
import type { Output } from "./output.ts";
import { terminalText } from "./terminal-text.ts";
import { ABILITY_NAMES, type HoldRecord, type WorkerRecord, type WorkersRecord } from "./worker-record.ts";

export const WITHOUT_PROMPT =
  "The command has neither {prompt} nor {prompt_file}, so it does not get the task's prompt.";

/** `tasks worker`: each worker, then the table kind × ability. */
export function workerLines(
  { workers, problem, kinds, holds }: WorkersRecord & { readonly holds: readonly HoldRecord[] },
  output: Pick<Output, "resultStyle">,
): readonly string[] {
  const { alarm, strong, quiet } = output.resultStyle;
  const isSaid = workers.some((worker) => worker.problem?.message === problem?.message);
  const head =
    problem === null || isSaid
      ? []
      : [`${alarm(terminalText(problem.message))} ${terminalText(problem.hint)}`];
  const blocks = workers.flatMap((worker) => {
    const [first = "", ...rest] = textOf(worker);
    const wrong =
      worker.problem === null
        ? []
        : [`  ${alarm(terminalText(worker.problem.message))} ${terminalText(worker.problem.hint)}`];
    return [
      `${strong(terminalText(worker.name))}  ${first}`,
      ...rest.map((line) => quiet(`  ${line}`)),
      ...wrong,
    ];
  });
  const yes = (can: boolean) => (can ? "yes" : "–");
  const table = kinds.map((kind) => [
    `  ${kind.name}`,
    ...ABILITY_NAMES.map((ability) => yes(kind.abilities[ability].can)),
  ]);
  const held = holds.map(({ message, hint }) => `${alarm(terminalText(message))} ${terminalText(hint)}`);
  return [
    ...head,
    ...held,
    ...blocks,
    ...(head.length + blocks.length === 0 ? [] : [""]),
    "Kinds, for `tasks worker use <kind>`, and what each can do:",
    ...alignColumns([["", ...ABILITY_NAMES.map((ability) => ability.replace("_", " "))], ...table], null),
  ];
}

function textOf({
  kind,
  model,
  permissions,
  command,
  permits,
  access,
  from,
  missing,
  login,
  is_default,
  selectable,
  gets_prompt,
}: WorkerRecord): readonly string[] {
  const facts = [
    ...(kind === "command"
      ? [commandText(command)]
      : [kind, ...(model === null ? [] : [`model ${terminalText(model)}`]), `permissions ${permissions}`]),
    ...(is_default ? ["default"] : []),
    ...(selectable ? ["selectable"] : []),
  ];
  const key =
    missing.length === 0 ? [] : [`no API key in the environment: set ${missing.join(" or ")}, or ${login}`];
  return [
    facts.join(", "),
    permits,
    [access, ...key].join("; "),
    ...(gets_prompt ? [] : [WITHOUT_PROMPT]),
    `from ${terminalText(from ?? "the defaults")}`,
  ];
}
