// Small coloured labels. Shape and word say the same as the colour (U9).

import type { Signal } from "../../../core/contract/signal.ts";
import type { Group } from "../../../core/contract/snapshot.ts";
import { type Html, html } from "./html.ts";
import { GROUP_WORDS } from "./words.ts";

export type TagTone = "bad" | "warn" | "ok" | "info" | "plain";

/** `▲ needs you`: `shape` is decorative, the word carries the meaning. */
export function tag(tone: TagTone, word: string, shape?: string): Html {
  return html`<span class="tag ${tone}">${shape && html`<i aria-hidden="true">${shape}</i> `}${word}</span>`;
}

/** Tier 2 needs a person, tier 1 is to watch. */
export function tierTag(tier: Signal["tier"]): Html {
  return tier === 2 ? tag("bad", "needs you", "▲") : tag("warn", "watch", "●");
}

export function groupTag(group: Group): Html {
  const { name } = GROUP_WORDS[group];
  return group === "needs_attention" ? tag("bad", name, "▲") : tag("plain", name);
}
