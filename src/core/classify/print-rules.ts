import { RULES } from "./rules.ts";

/** docs/groups.md: the rules in order. */
export function printRules(): string {
  const rows = RULES.map(({ id, group, when }, at) => `| ${at + 1} | \`${group}\` | ${when} | \`${id}\` |`);
  return `${[
    "# Groups",
    "",
    "Every task is in exactly one group. The rules below are tried in this order and the first that matches decides;",
    "its id is stored as `rule`, with the reason in words. `base_group` is what the same rules give without signals.",
    "This page is printed from `src/core/classify/rules.ts`.",
    "",
    "| | Group | Matches when | Rule |",
    "|---|---|---|---|",
    ...rows,
    "",
    "What a run says counts more than the status in the file; only completed and cancelled count more than both.",
    "Only completed dependencies are finished: a cancelled, missing or ambiguous one keeps the task waiting and raises a",
    "signal. `tasks why <slug>` shows for one task which rules were tried, and why they did not match.",
  ].join("\n")}\n`;
}
