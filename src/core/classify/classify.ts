import type { Group, TaskRow } from "../contract/snapshot.ts";
import { NEEDS_PERSON, RULES, type Rule, type RuleFacts } from "./rules.ts";

export type Classification = { readonly group: Group; readonly rule: string; readonly reason: string };

/** The group of a task with these facts: the first rule that matches. Without signals it is the base group. */
export function classify(facts: RuleFacts, rules: readonly Rule[] = RULES): Classification {
  for (const rule of rules) {
    const reason = rule.match(facts);
    if (reason !== null) return { group: rule.group, rule: rule.id, reason };
  }
  throw new Error("No rule matched: the last rule has to match everything.");
}

/** What `classify` gives with these signals, from what it gave without: one rule looks at them, and only finished tasks come before it. */
export function withSignals(base: Classification, signals: TaskRow["signals"]): Classification {
  const reason = base.group === "done" ? null : NEEDS_PERSON.match({ signals });
  return reason === null ? base : { group: NEEDS_PERSON.group, rule: NEEDS_PERSON.id, reason };
}
