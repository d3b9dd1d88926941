// Usage limits whose reset the real agents tell: each is probed then, and no person does anything.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { AGENTS_UNDER_TEST } from "./drive/agents-under-test.ts";
import { GO_ON, STARTED, say, working } from "./model/steps.ts";
import {
  door,
  expectOneSession,
  isBack,
  SUBSCRIPTION,
  serveAgent,
  untilFile,
} from "./product/served-agent.ts";

type UnderTest = (typeof AGENTS_UNDER_TEST)[number];

const RESET_SECONDS = 8;
/** Up to a minute after the reset, so that accounts do not all come back at once; then the agent works. */
const PROBED_MS = 120_000;
const HANGS_MS = 170_000;

// Gemini reports no reset, so with it alone there is nothing to wait for. Side by side: they wait for most of the time.
test.runIf(AGENTS_UNDER_TEST.some(tellsReset))(
  "N77: a limit that ends at the time its agent reported is probed then without a person, in the same session",
  async () => {
    await Promise.all(AGENTS_UNDER_TEST.filter(tellsReset).map(meetsLimit));
  },
  HANGS_MS,
);

function tellsReset([, kind]: UnderTest): boolean {
  return kind.abilities.limit_time.can;
}

async function meetsLimit([agent, kind]: UnderTest): Promise<void> {
  const script = [say("I look.", [working()]), say("So.", [door(kind).finish("after it")]), say("Done.")];
  const served = await serveAgent({ agent, kind, script, env: agent === "claude" ? SUBSCRIPTION : {} });
  await served.kickoff();
  await untilFile(join(served.worktree, STARTED));
  await served.model.meet({ kind: "limit", resetsInSeconds: RESET_SECONDS });
  writeFileSync(join(served.worktree, GO_ON), "");
  const held = await served.until(isBack);
  expect(held, agent).toMatchObject({ attempt: 1, failures_in_row: 0, held: { cause: "limit" } });
  await served.model.meet(null);
  const run = await served.until(({ outcome, state }) => outcome !== null && state === "exited", PROBED_MS);
  expect(run, agent).toMatchObject({ attempt: 1, failures_in_row: 0, outcome: { note: "after it" } });
  expect(run.attempts, agent).toMatchObject([{ number: 1 }, { number: 1, end: "ended without an error" }]);
  const resetMs = Date.parse(held.held?.until ?? "");
  expect(Date.parse(run.attempts[1]?.started_at ?? ""), agent).toBeGreaterThanOrEqual(resetMs);
  await expectOneSession(served);
}
