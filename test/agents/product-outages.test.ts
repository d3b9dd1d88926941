// What is not the task's fault, with the real agents: the model's service is overloaded or fails, refuses connections, or breaks
// one off. Each pauses its account or host, costs no attempt, and the same session continues afterwards.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { PauseCause } from "../../src/core/records/scoped-pause.ts";
import type { AgentKind as RealAgent } from "./drive/agent-kind.ts";
import { AGENTS_UNDER_TEST } from "./drive/agents-under-test.ts";
import type { Trouble } from "./model/model-server.ts";
import { GO_ON, STARTED, say, working } from "./model/steps.ts";
import {
  door,
  expectOneSession,
  isBack,
  type ServedAgent,
  serveAgent,
  TASK,
  untilFile,
} from "./product/served-agent.ts";

type Outage = {
  readonly name: string;
  readonly trouble: Trouble;
  readonly cause: PauseCause;
  /** Of the task's row. */
  readonly words: string;
};

const failing = (status: 500 | 503 | 529, message: string): Outage => ({
  name: String(status),
  trouble: { kind: "fail", status, message },
  cause: "overloaded",
  words: "service overloaded",
});
const lost = (name: string, trouble: Trouble): Outage => ({
  name,
  trouble,
  cause: "network",
  words: "no network",
});

/** What the service of each answers when it has too much to do. */
const overloaded = (agent: RealAgent) => failing(agent === "claude" ? 529 : 503, "Overloaded");

const outagesOf = (agent: RealAgent): readonly Outage[] => [
  overloaded(agent),
  failing(500, "Internal error"),
  lost("cut", { kind: "cut", text: "I begin to" }),
  lost("refused", { kind: "refused" }),
];

/** Codex repeats for minutes what is refused: it gives its slot back before that. */
const ENV = { TASKS_WORKER_WAIT_HOLD_MIN: "0.02" };

/** opencode waits silently for as long as it takes; Copilot's own repetitions take a minute each time, and no setting shortens them. */
const UNDER_TEST = AGENTS_UNDER_TEST.filter(([agent]) => agent !== "opencode" && agent !== "copilot");
/** A minute on two busy cores. */
const HANGS_MS = 170_000;

test.each(UNDER_TEST)(
  "N76: %s: outages one after another are pauses, cost no attempt, and its session continues after them",
  async (agent, kind) => {
    const script = [say("I look.", [working()]), say("So.", [door(kind).finish("after all")]), say("Done.")];
    const served = await serveAgent({ agent, kind, script, env: ENV });
    await served.kickoff();
    await untilFile(join(served.worktree, STARTED));
    const outages = outagesOf(agent);
    for (const [at, outage] of outages.entries()) {
      await served.model.meet(outage.trouble);
      // The first while it works, each other one as the probe of the one before.
      if (at === 0) writeFileSync(join(served.worktree, GO_ON), "");
      else expect((await served.tasks("limits", "resume")).code).toBe(0);
      await expectHeld(served, outage, at + 1);
    }
    await served.model.meet(null);
    expect((await served.tasks("limits", "resume")).code).toBe(0);
    const run = await served.until(({ outcome, state }) => outcome !== null && state === "exited");
    expect(run).toMatchObject({ attempt: 1, failures_in_row: 0, outcome: { note: "after all" } });
    expect(run.attempts).toHaveLength(outages.length + 1);
    await expectOneSession(served);
    await expect.poll(async () => (await served.limits()).pauses, { interval: 500 }).toEqual([]);
  },
  HANGS_MS,
);

/** By its `count`th outage. */
async function expectHeld(served: ServedAgent, outage: Outage, count: number): Promise<void> {
  const held = await served.until((run) => isBack(run) && run.attempts.length === count);
  expect(held, outage.name).toMatchObject({ attempt: 1, failures_in_row: 0, held: { cause: outage.cause } });
  expect(held.last_end, outage.name).toMatch(/^was interrupted: /);
  const scope = { kind: outage.cause === "network" ? "host" : "account" };
  const { pauses } = await served.limits();
  expect(pauses, outage.name).toMatchObject([{ scope, cause: outage.cause, waiting: [TASK] }]);
  expect((await served.tasks("limits")).stdout).toContain(`waiting: ${TASK}`);
  expect((await served.tasks("list", "--group", "active")).stdout).toContain(outage.words);
}
