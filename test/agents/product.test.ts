// The real agents through the product: the installed package serves, starts them, and hears what they do.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { AgentEvent } from "../../src/core/agent/contract/agent-event.ts";
import { AGENTS_UNDER_TEST } from "./drive/agents-under-test.ts";
import { GO_ON, plan, STARTED, say, shell, working, write } from "./model/steps.ts";
import { door, serveAgent, TASK, untilFile } from "./product/served-agent.ts";

describe.each(AGENTS_UNDER_TEST)("%s", (agent, kind) => {
  const { report, ask, finish } = door(kind);

  test("K74: it works, reports, asks, is continued with the answer in the same session, and finishes", async () => {
    const served = await serveAgent({
      agent,
      kind,
      script: [
        say("I look at it.", [report("reading the task")]),
        say("", [plan(["Write", "in_progress"], ["Ask", "pending"])]),
        say("", [shell("echo one; exit 3")]),
        say("", [write("hello.txt", "hello\n")]),
        say("", [shell("git add hello.txt && git commit -qm 'Add hello'")]),
        say("", [ask("Which region?", "eu", "us")]),
        say("I wait for the answer."),
        say("Then eu.", [finish("added hello for eu")]),
        say("Done."),
      ],
    });
    await served.kickoff();
    await served.until(({ question }) => question !== null);
    // The answer is for its next turn: what it was asked in this one is over.
    await served.eventsOnce((event) => event.kind === "message" && event.text === "I wait for the answer.");
    const askedBefore = served.asked().length;
    expect((await served.tasks("answer", TASK, "eu")).code).toBe(0);
    const run = await served.until(({ outcome, state }) => outcome !== null && state === "exited");
    expect(run).toMatchObject({ outcome: { kind: "done", note: "added hello for eu" } });
    const next = served.asked().at(askedBefore);
    for (const earlier of ["The word is heron", "I look at it.", "dave answers: eu"])
      expect(next).toContain(earlier);
    const { stdout } = await served.tasks("show", TASK);
    expect(stdout).toMatch(/in review/i);
    const events = await served.events();
    expect(events).toContainEqual(expect.objectContaining({ kind: "message", text: "I look at it." }));
    expect(new Set(events.filter((event) => event.kind === "tool").map(({ state }) => state))).toContain(
      "ok",
    );
    expect(events.some(({ kind: what }) => what === "plan")).toBe(kind.abilities.plan.can);
    expect(sum(events, "usage") > 0).toBe(kind.abilities.tokens.can);
    expect(sum(events, "cost") > 0).toBe(kind.abilities.cost.can);
  });

  test("K75: a message reaches it, in the middle of its turn where it can", async () => {
    const served = await serveAgent({
      agent,
      kind,
      script: [
        say("I begin.", [working()]),
        say("As you say.", [finish("done")]),
        say("Done."),
        say("Again."),
        say("Yes."),
      ],
    });
    await served.kickoff();
    await untilFile(join(served.worktree, STARTED));
    expect((await served.tasks("continue", TASK, "--prompt", "Use the other name.")).code).toBe(0);
    if (kind.abilities.steer.can) await served.until(({ follow_ups: waiting }) => waiting === 0);
    writeFileSync(join(served.worktree, GO_ON), "");
    await served.until(({ follow_ups: waiting, state }) => waiting === 0 && state === "exited");
    const heard = served.asked().findIndex((body) => body.includes("Use the other name."));
    if (kind.abilities.steer.can) expect(heard).toBe(1);
    else expect(heard).toBeGreaterThan(1);
    const message = (await served.events()).find(
      (event) => event.kind === "message" && event.from !== "agent",
    );
    expect(message).toMatchObject({
      text: "Use the other name.",
      delivered: kind.abilities.steer.can ? "mid_turn" : expect.any(String),
    });
  });

  test("K76: killed while a tool runs, it is started again in the same session", async () => {
    const served = await serveAgent({
      agent,
      kind,
      script: [
        say("I read it.", [shell("ls")]),
        say("This takes long.", [working()]),
        say("I remember.", [finish("after all")]),
        say("Done."),
      ],
    });
    await served.kickoff();
    await untilFile(join(served.worktree, STARTED));
    const askedBefore = served.asked().length;
    served.killAgent();
    const run = await served.until(({ outcome, state }) => outcome !== null && state === "exited");
    expect(run).toMatchObject({ attempt: 2, outcome: { note: "after all" } });
    // The machine ended it, for no reason that it named: the attempt counts.
    expect(run.attempts).toMatchObject([{ number: 1, end: "was killed by SIGKILL" }, { number: 2 }]);
    const next = served.asked().at(askedBefore);
    for (const earlier of ["The word is heron", "I read it."]) expect(next).toContain(earlier);
  });
});

function sum(events: readonly AgentEvent[], kind: "usage" | "cost"): number {
  return events.reduce((total, event) => {
    if (event.kind === "usage" && kind === "usage") return total + event.input + event.output;
    return event.kind === "cost" && kind === "cost" ? total + event.usd : total;
  }, 0);
}
