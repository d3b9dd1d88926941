// A permission whose answer comes after its turn was stopped, with the real agents that ask.

import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { AGENTS_UNDER_TEST } from "./drive/agents-under-test.ts";
import { say, shell } from "./model/steps.ts";
import { door, serveAgent, TASK } from "./product/served-agent.ts";

/** The shortest that is worth it: a start of each agent takes seconds. */
const HOLD_MIN = "0.05";
const ASKING = AGENTS_UNDER_TEST.filter(([, { abilities }]) => abilities.ask.can && abilities.resume.can);

test.each(ASKING)(
  "N24: %s asks again for what a person allowed meanwhile, and gets that answer at once",
  async (agent, kind) => {
    const { finish } = door(kind, "ask");
    const touch = shell("touch allowed.txt");
    const script = [
      say("May I?", [touch]),
      say("I may.", [touch]),
      say("I did.", [finish("allowed")]),
      say("Done."),
    ];
    const served = await serveAgent({
      ...{ agent, kind, script, permissions: "ask" },
      env: { TASKS_WORKER_ASK_HOLD_MIN: HOLD_MIN },
    });
    await served.kickoff();
    const held = await served.until(({ question, state }) => question !== null && state === "exited");
    expect(held.question).toMatchObject({ about: "permission", answer: null });
    expect(existsSync(`${served.worktree}/allowed.txt`)).toBe(false);
    expect((await served.tasks("answer", TASK, "Allow")).code).toBe(0);
    const run = await served.until(({ outcome, state }) => outcome !== null && state === "exited");
    expect(run).toMatchObject({ attempt: 1, outcome: { note: "allowed" }, question: { number: 1 } });
    expect(existsSync(`${served.worktree}/allowed.txt`)).toBe(true);
    const said = (await served.events()).flatMap((event) => (event.kind === "message" ? [event.text] : []));
    expect(said.filter((text) => text.includes("answered this before its turn was stopped"))).toHaveLength(1);
  },
);
