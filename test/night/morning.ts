// What must be true at 07:00, whatever went wrong in between.

import type { Run } from "../../src/core/contract/run.ts";
import type { ServedSnapshot } from "../../src/core/contract/snapshot.ts";
import type { NightWorld } from "./night-world.ts";
import type { Sitting } from "./recorder.ts";
import type { Outage } from "./services.ts";

/** Each broken promise as a sentence. `status`: of the last look. */
export async function atMorning(
  world: NightWorld,
  status: ServedSnapshot | null,
): Promise<readonly string[]> {
  const { recorder, plan } = world;
  const wrong: string[] = [];
  for (const { slug } of plan.tasks) {
    const run = await world.booted.store.readOpenRun(slug);
    if (run === null) {
      wrong.push(`${slug}: it has no run`);
      continue;
    }
    const row = status?.tasks.find(({ key }) => key === slug);
    const isSettled = row?.group === "in_review" || row?.group === "needs_attention";
    if (!isSettled || row.reason === "") wrong.push(`${slug}: at 07:00 it is ${row?.group}: ${row?.reason}`);
    const counted = run.attempts.filter(({ spared, end }) => !spared && isFailure(end)).length;
    const own = recorder.failuresOf(slug);
    if (counted > own) wrong.push(`${slug}: ${counted} attempts failed, ${own} by its own fault`);
  }
  return [...wrong, ...plan.outages.flatMap((outage) => startsInto(recorder.sittings, outage))];
}

function isFailure(end: Run["attempts"][number]["end"]): boolean {
  if (end.kind === "exited") return end.code !== 0 || end.unfinished !== undefined;
  return end.kind === "signalled" || end.kind === "not_started" || end.kind === "lost";
}

/** Workers that began before the refusal was known may still meet it. */
const KNOWN_AFTER_MS = 10_000;

/** Once an account was refused: nothing starts before a limit's reset, and into an outage one probe at a time. */
function startsInto(sittings: readonly Sitting[], { kind, account, toMs }: Outage): readonly string[] {
  const ofAccount = sittings.filter((sitting) => account === null || sitting.account === account);
  const met = ofAccount.flatMap(({ refused }) => refused).filter(({ trouble }) => trouble.kind === kind);
  const firstMs = Math.min(...met.map(({ atMs }) => atMs));
  const started = ofAccount.filter(({ fromMs }) => fromMs > firstMs + KNOWN_AFTER_MS && fromMs < toMs);
  if (kind === "limit")
    return started.map(({ key }) => `${key}: it began before ${account}'s limit was over`);
  return started.flatMap((probe, at) =>
    started.slice(at + 1).some((other) => other.fromMs < (probe.toMs ?? Number.POSITIVE_INFINITY))
      ? [`${probe.key}: it was not the only one that tried whether ${account} is back`]
      : [],
  );
}
