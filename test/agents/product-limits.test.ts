// What an agent may not do, and what stops it, through the product with the real agents.

import { existsSync, rmSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { ABILITIES, type Ability } from "../../src/core/agent/contract/agent-kind.ts";
import { AGENTS_UNDER_TEST } from "./drive/agents-under-test.ts";
import { say, shell, write } from "./model/steps.ts";
import { door, isBack, SUBSCRIPTION, serveAgent, TASK } from "./product/served-agent.ts";

const RESET_SECONDS = 7200;
const can = (ability: Ability) => AGENTS_UNDER_TEST.filter(([, kind]) => kind.abilities[ability].can);
const names = Object.keys(ABILITIES).filter((name): name is Ability => Object.hasOwn(ABILITIES, name));

test.each(can("limit"))(
  "K77: %s: the run says that the limit is reached, and when it ends where the agent does",
  async (agent, kind) => {
    const limit = { kind: "limit", resetsInSeconds: RESET_SECONDS } as const;
    const script = [say("I look.", [shell("ls")]), ...Array.from({ length: 30 }, () => limit)];
    const env = agent === "claude" ? SUBSCRIPTION : {};
    const served = await serveAgent({ agent, kind, script, env });
    await served.kickoff();
    const limits = await served.eventsOnce((event) => event.kind === "limit" && event.status === "reached");
    expect(limits.some((event) => event.kind === "limit" && event.resetsAtMs !== null)).toBe(
      kind.abilities.limit_time.can,
    );
  },
);

test.each(can("limit"))(
  "N75: %s: its run is held by a limit and costs no attempt, the account is paused, and a person lets it go on in its session",
  async (agent, kind) => {
    const limit = { kind: "limit", resetsInSeconds: RESET_SECONDS } as const;
    const script = [say("I look.", [shell("ls")]), ...Array.from({ length: 60 }, () => limit)];
    const env = agent === "claude" ? SUBSCRIPTION : {};
    const served = await serveAgent({ agent, kind, script, env });
    await served.kickoff();
    const held = await served.until(isBack);
    expect(held).toMatchObject({ attempt: 1, failures_in_row: 0 });
    expect(await served.limits()).toMatchObject({
      pauses: [
        { scope: { kind: "account" }, cause: "limit", phase: "waiting", failed_probes: 0, waiting: [TASK] },
      ],
    });
    expect((await served.tasks("limits", "resume")).code).toBe(0);
    // Its model still refuses: the attempt is made again, and costs nothing again.
    const again = await served.until((run) => isBack(run) && run.epoch > held.epoch);
    expect(again).toMatchObject({ attempt: 1, failures_in_row: 0 });
    expect((await served.limits()).pauses).toHaveLength(1);
  },
);

test.each(AGENTS_UNDER_TEST.filter(([agent]) => agent !== "gemini"))(
  "N75: %s: a sign-out is a pause of its account, and no failure of its task",
  async (agent, kind) => {
    const refused = { kind: "fail", status: 401, message: "invalid credentials" } as const;
    const script = [say("I look.", [shell("ls")]), ...Array.from({ length: 60 }, () => refused)];
    const served = await serveAgent({ agent, kind, script });
    await served.kickoff();
    const held = await served.until(isBack);
    expect(held).toMatchObject({ attempt: 1, failures_in_row: 0 });
    expect(await served.limits()).toMatchObject({
      pauses: [{ scope: { kind: "account" }, cause: "signed_out", waiting: [TASK] }],
    });
  },
);

test.each(can("ask"))(
  "K78: %s asks a person, and does not do what that person denies",
  async (agent, kind) => {
    const { finish } = door(kind, "ask");
    const script = [
      say("May I?", [shell("touch denied.txt")]),
      say("I see.", [finish("denied")]),
      say("Done."),
    ];
    const served = await serveAgent({ agent, kind, script, permissions: "ask" });
    await served.kickoff();
    const asking = await served.until(({ question }) => question !== null);
    expect(asking.question).toMatchObject({ about: "permission", choices: ["Allow", "Deny"] });
    expect((await served.tasks("answer", TASK, "Deny")).code).toBe(0);
    const run = await served.until(({ outcome, state }) => outcome !== null && state === "exited");
    expect(run.outcome).toMatchObject({ note: "denied" });
    expect(existsSync(`${served.worktree}/denied.txt`)).toBe(false);
    expect((await served.events()).some((event) => event.kind === "denied")).toBe(true);
  },
);

const denies = can("denials").filter(([, kind]) => !kind.abilities.ask.can);
test.each(denies)("K78: %s is denied what lies outside, and the run says so", async (agent, kind) => {
  // Not below /tmp: some agents let their tools write there.
  const outside = `/var/tmp/agent-${crypto.randomUUID()}.txt`;
  onTestFinished(() => rmSync(outside, { force: true }));
  const { finish } = door(kind, "edits");
  const script = [
    say("I write elsewhere.", [write(outside, "x")]),
    say("I see.", [finish("denied")]),
    say("Done."),
  ];
  const served = await serveAgent({ agent, kind, script, permissions: "edits" });
  await served.kickoff();
  await served.until(({ state }) => state === "exited");
  expect((await served.events()).some((event) => event.kind === "denied")).toBe(true);
  expect(existsSync(outside)).toBe(false);
});

test.each(AGENTS_UNDER_TEST)(
  "K79: %s: the command line says what it can, and why it cannot do the rest",
  async (agent, kind) => {
    const { tasks } = await serveAgent({ agent, kind, script: [] });
    const { stdout } = await tasks("worker");
    const row = stdout.split("\n").find((line) => line.startsWith(`  ${kind.name} `));
    const said = row?.trim().split(/\s+/).slice(1);
    expect(said).toEqual(names.map((name) => (kind.abilities[name].can ? "yes" : "–")));
    const { kinds } = JSON.parse((await tasks("worker", "--format", "json")).stdout);
    const record = kinds.find(({ name }: { name: string }) => name === kind.name);
    expect(record.abilities).toEqual(kind.abilities);
    const unexplained = names.filter(
      (name) => !kind.abilities[name].can && kind.abilities[name].note === null,
    );
    expect(unexplained).toEqual([]);
  },
);
