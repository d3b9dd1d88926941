// Signals of runs that belong to no row: a run whose task's file is gone, and the doubt after a clock jumped.

import type { Signal } from "../contract/signal.ts";
import type { LinkedTree } from "../links/link-tree.ts";
import { doubtAfterJump } from "../signal/detector-doubt.ts";
import { SIGNAL_TABLE } from "../signal/signal-table.ts";
import { isoTime } from "../text/iso-time.ts";
import type { BuildInput } from "./build.ts";

const NO_SIGNALS: readonly Signal[] = [];

export function signalsOfRuns({ runs, nowMs, previous }: BuildInput, tree: LinkedTree): readonly Signal[] {
  if (runs.byKey.size === 0) return NO_SIGNALS;
  const signals: Signal[] = runs.jump === null ? [] : [doubtAfterJump(runs.jump)];
  const known = new Set(tree.tasks.map(({ links }) => links.key));
  for (const [key, { run }] of runs.byKey) {
    if (known.has(key)) continue;
    const evidence = { run: run.id, task: key };
    const before = previous?.header.doubts.find(({ evidence: { run: id } }) => id === run.id);
    signals.push({
      code: "register_orphan",
      tier: 2,
      sentence: SIGNAL_TABLE.register_orphan.sentence(evidence),
      evidence,
      first_seen: before?.first_seen ?? isoTime(nowMs),
      acknowledged: null,
    });
  }
  return signals;
}
