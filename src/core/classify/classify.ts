import type { Group } from "../contract/snapshot.ts";
import { RULES, type Rule, type RuleFacts } from "./rules.ts";

export type Classification = { readonly group: Group; readonly rule: string; readonly reason: string };

/** The group of a task with these facts: the first rule that matches. Without signals it is the base group. */
export function classify(facts: RuleFacts, rules: readonly Rule[] = RULES): Classification {
  for (const rule of rules) {
    const reason = rule.match(facts);
    if (reason !== null) return { group: rule.group, rule: rule.id, reason };
  }
  throw new Error("No rule matched: the last rule has to match everything.");
}
