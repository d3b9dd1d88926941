// What must be true at 07:00, whatever went wrong in between.

import type { ServedSnapshot } from "../../src/core/contract/snapshot.ts";
import { clockErrorAt, type NightPlan } from "./night-plan.ts";
import type { NightWorld } from "./night-world.ts";
import type { Sitting } from "./recorder.ts";
import type { Outage } from "./services.ts";

/** Each broken promise as a sentence. `status`: of the last look. */
export async function atMorning(
  world: NightWorld,
  _status: ServedSnapshot | null,
): Promise<readonly string[]> {
  const { recorder, plan } = world;
  return plan.outages.flatMap((outage) => startsInto(recorder.sittings, outage, plan));
}

/** Workers that began before the refusal was known may still meet it. */
const KNOWN_AFTER_MS = 10_000;

/** Once an account was refused: nothing starts before a limit's reset, and into an outage one probe at a time. */
function startsInto(
  sittings: readonly Sitting[],
  { kind, account, fromMs, toMs }: Outage,
  plan: NightPlan,
): readonly string[] {
  const ofAccount = sittings.filter((sitting) => account === null || sitting.account === account);
  const met = ofAccount
    .flatMap(({ refused }) => refused)
    .filter(({ trouble, atMs }) => trouble.kind === kind && fromMs <= atMs && atMs < toMs);
  const firstMs = Math.min(...met.map(({ atMs }) => atMs));
  const started = ofAccount.filter((one) => one.fromMs > firstMs + KNOWN_AFTER_MS && one.fromMs < toMs);
  if (kind === "limit")
    return started
      .filter((one) => one.fromMs + clockErrorAt(plan, one.fromMs) < toMs)
      .map(({ key }) => `${key}: it began before ${account}'s limit was over`);
  return started.flatMap((probe, at) =>
    started.slice(at + 1).some((other) => other.fromMs < (probe.toMs ?? Number.POSITIVE_INFINITY))
      ? [`${probe.key}: it was not the only one that tried whether ${account} is back`]
      : [],
  );
}
