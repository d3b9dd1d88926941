// The agent's own plan, as it is now.

import type { PlanEntry } from "../../../core/agent/contract/agent-event.ts";
import { type Html, html } from "../html/html.ts";
import { type IconName, icon } from "../html/icons.ts";

const ICONS: Readonly<Record<PlanEntry["state"], readonly [IconName, string]>> = {
  done: ["done", "done"],
  active: ["half", "in progress"],
  pending: ["ring", "to do"],
};

/** Null without a plan. */
export function renderPlan(plan: readonly PlanEntry[]): Html | null {
  if (plan.length === 0) return null;
  const done = plan.filter(({ state }) => state === "done").length;
  return html`<section class="group"><div class="heading"><h2>Plan</h2><small>${done} of ${plan.length}</small></div>
    <ul class="plan">${plan.map(renderEntry)}</ul></section>`;
}

function renderEntry({ text, state }: PlanEntry): Html {
  const [picture, word] = ICONS[state];
  return html`<li class="${state}">${icon(picture)}<span><span class="unseen">${word}: </span><bdi>${text}</bdi></span></li>`;
}
