// The witness is opened when there is a run to look at: most one-shot commands run in trees in which nobody works, and
// loading what looks at processes and worktrees would cost them a tenth of their time (P4).

import type { RunProbe } from "../../ports/runs/run-probe.ts";

export function lazyRunProbe(open: () => Promise<RunProbe>): RunProbe {
  let opened: Promise<RunProbe> | null = null;
  return {
    look: async (runs) => {
      opened ??= open();
      return (await opened).look(runs);
    },
    stop: () => void opened?.then((witness) => witness.stop()),
  };
}
