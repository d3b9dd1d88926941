// Attempts of the night by what ended them, against how workers really ended.

import type { Seen } from "../night-pages.ts";
import type { NightWorld } from "../night-world.ts";
import type { Sitting } from "../recorder.ts";
import { wallOf } from "./on-the-wall.ts";

/** An end reaches the pages within this. */
const SOON_MS = 10_000;
/** Its supervisor writes what ended it, also to a store that is busy or a disk that is full just then. */
const RECORDED_MS = 120_000;

/** How the pages name it. */
const WORDS: Readonly<Record<string, RegExp>> = {
  limit: /limit reached|met limit/,
  overloaded: /529|met overloaded/,
  network: /ECONNRESET|met network/,
  signed_out: /\/login|met signed_out/,
  "machine off": /host was restarted/,
};

export function ofAttempts(world: NightWorld, { night: { json }, atMs, status }: Seen): readonly string[] {
  const { recorder, plan } = world;
  const wrong: string[] = [];
  const ended = recorder.sittings.filter(({ toMs }) => toMs !== null);
  // After the clock was set back, what ended before is still to come.
  const isToCome = (ms: number) => wallOf(world, ms) > wallOf(world, atMs);
  const recent = ended.filter(({ toMs }) => (toMs ?? 0) > atMs - RECORDED_MS || isToCome(toMs ?? 0)).length;
  for (const [kind, words] of Object.entries(WORDS)) {
    const shown = sum(json.not_counted.filter(({ cause }) => words.test(cause)));
    const seen = ended.filter((sitting) => endedBy(sitting) === kind).length;
    // A reboot also ends what was being started.
    const most = kind === "machine off" ? seen + plan.tasks.length : seen;
    if (shown < seen - recent || shown > most)
      wrong.push(`${shown} attempts ended by ${kind}, and ${seen} did`);
  }
  const failures = plan.tasks.reduce((all, { slug }) => all + recorder.failuresOf(slug), 0);
  const failed = sum(json.failed);
  if (failed > failures) wrong.push(`${failed} attempts failed, and ${failures} did by their own fault`);
  const crashes = [...recorder.ownFailures.values()].reduce((all, count) => all + count, 0);
  if (failed < crashes - recent) wrong.push(`${failed} attempts failed, and ${crashes} crashed`);
  return [...wrong, ...ofTasks(recorder.finished, json, status, recent)];
}

function endedBy({ refused, toMs, how }: Sitting): string | null {
  if (how === "machine off") return how;
  const last = refused.at(-1);
  return last !== undefined && toMs !== null && toMs - last.atMs < SOON_MS ? last.trouble.kind : null;
}

function ofTasks(
  finished: ReadonlyMap<string, number>,
  { in_review: inReview, landed, needs_you: needsYou }: Seen["night"]["json"],
  { groups }: Seen["status"],
  recent: number,
): readonly string[] {
  const wrong: string[] = [];
  const claimed = [...inReview, ...landed];
  const missing = [...finished.keys()].filter((key) => !claimed.includes(key));
  const early = claimed.filter((key) => !finished.has(key));
  if (missing.length > recent) wrong.push(`${missing.join(", ")} finished, and the night does not say so`);
  if (early.length > 0) wrong.push(`${early.join(", ")} did not finish, and the night says so`);
  const people = groups.needs_attention ?? [];
  if ([...needsYou].sort().join() !== [...people].sort().join())
    wrong.push(`${needsYou.join(", ")} wait for a person, and the status page has ${people.join(", ")}`);
  return wrong;
}

const sum = (causes: readonly { readonly attempts: number }[]) =>
  causes.reduce((all, { attempts }) => all + attempts, 0);
