// Slots for what changes with every request: the page's age, its time, and the id of its forms. A page is rendered once
// with fixed-width markers; per request only those bytes are overwritten, so the rendering is kept as long as the
// snapshot and the freshness state.

import type { Attestation, Freshness, Source } from "../../../core/contract/snapshot.ts";
import { durationText } from "../../assets/script/duration.js";
import { clockText } from "./clock-text.ts";
import { type Html, trustedHtml } from "./html.ts";

/** Every slot with its width in bytes, enough for its longest text. */
const SLOT_WIDTHS = {
  /** Digits for the script; "-" if there is no age. */
  age_ms: 13,
  /** ISO 8601, UTC, milliseconds. */
  observed_at: 24,
  observed_clock: 8,
  age: 12,
  duration: 12,
  tasks_age: 12,
  runs_age: 12,
  pull_requests_age: 12,
  tasks_observed_at: 24,
  runs_observed_at: 24,
  pull_requests_observed_at: 24,
  /** In every form (action-log.ts). */
  action_id: 25,
} as const;

export type SlotName = keyof typeof SLOT_WIDTHS;
export type SlotValues = Readonly<Record<SlotName, string>>;
type Slot = { readonly name: SlotName; readonly offset: number };

/** Rendered bytes and the positions of their slots. */
export type SlottedPage = { readonly bytes: Buffer; readonly slots: readonly Slot[] };

/** A control character browsers do not show. A marker in a task's text only ever shows an age. */
const EDGE = "\u0001";

/** The marker for a template; as wide as the text that replaces it. */
export function ageSlot(name: SlotName): Html {
  return trustedHtml(marker(name));
}

export function findSlots(page: string): SlottedPage {
  const bytes = Buffer.from(page, "utf8");
  const slots: Slot[] = [];
  for (const name of Object.keys(SLOT_WIDTHS) as SlotName[]) {
    const wanted = Buffer.from(marker(name), "latin1");
    for (let offset = bytes.indexOf(wanted); offset !== -1; offset = bytes.indexOf(wanted, offset + 1)) {
      slots.push({ name, offset });
    }
  }
  return { bytes, slots };
}

/** A copy of the page with its slots filled; the length stays the same. */
export function fillSlots(page: SlottedPage, values: SlotValues): Buffer {
  const filled = Buffer.from(page.bytes);
  for (const { name, offset } of page.slots) {
    filled.write(fitted(values[name], SLOT_WIDTHS[name]), offset, SLOT_WIDTHS[name], "latin1");
  }
  return filled;
}

/** The slot texts for now. `freshness.age_ms` is the age when the answer is sent. */
export function slotValues(input: {
  readonly attestation: Attestation;
  readonly freshness: Freshness;
  /** Left out for pages without forms. */
  readonly actionId?: string;
}): SlotValues {
  const { attestation, freshness } = input;
  const observedAtMs = Date.parse(attestation.observed_at);
  const ageMs = freshness.age_ms;
  const sourceAge = (source: Source) =>
    source.observed_at === null || ageMs === null
      ? ""
      : durationText(ageMs + observedAtMs - Date.parse(source.observed_at));
  return {
    age_ms: ageMs === null ? "-" : String(Math.max(0, Math.round(ageMs))),
    observed_at: attestation.observed_at,
    observed_clock: clockText(observedAtMs),
    age: ageMs === null ? "unknown" : durationText(ageMs),
    duration: `${Math.round(attestation.duration_ms)} ms`,
    tasks_age: sourceAge(attestation.sources.tasks),
    runs_age: sourceAge(attestation.sources.runs),
    pull_requests_age: sourceAge(attestation.sources.pull_requests),
    tasks_observed_at: attestation.sources.tasks.observed_at ?? "",
    runs_observed_at: attestation.sources.runs.observed_at ?? "",
    pull_requests_observed_at: attestation.sources.pull_requests.observed_at ?? "",
    action_id: input.actionId ?? "",
  };
}

/** Fills a page's slots: for tests and pages that are not kept. */
export function fillPage(page: string, values: SlotValues): string {
  return fillSlots(findSlots(page), values).toString("utf8");
}

function marker(name: SlotName): string {
  // Names are cut to the narrowest slot; six letters are enough to distinguish them.
  const width = SLOT_WIDTHS[name];
  return `${EDGE}${name.slice(0, width - 2)}`.padEnd(width, EDGE);
}

function fitted(text: string, width: number): string {
  return text.slice(0, width).padEnd(width, " ");
}
