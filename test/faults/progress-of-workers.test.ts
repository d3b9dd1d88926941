// Progress of real workers as the whole program shows it: a runner that probes every second, and small programs that behave like
// agents. Silence is not death, and noise is not life.

import { expect, test } from "vitest";
import type { ServedSnapshot, TaskRow } from "../../src/core/contract/snapshot.ts";
import { eventually } from "../support/served-tree.ts";
import { createSupervisedTree } from "./supervised-tree.ts";

/** Quiet after 9 s: thrice what it takes to tell that a processor is busy, so that a slow machine judges alike. */
const SETTINGS = {
  TASKS_CYCLE_INTERVAL_S: "1",
  TASKS_THRESHOLDS_IDLE_WATCH_MINUTES: "0.15",
  TASKS_THRESHOLDS_IDLE_PERSON_MINUTES: "100",
  TASKS_THRESHOLDS_GRACE_MINUTES: "0.001",
  TASKS_DISPATCH_RETRY_FIRST_S: "0.1",
};

async function startWorkers(...slugs: string[]) {
  const tree = await createSupervisedTree({ slugs, settings: SETTINGS });
  const runner = tree.start("run");
  await runner.printed(/holds the lease/);
  expect(await tree.tasks("kickoff", ...slugs)).toMatchObject({ code: 0 });
  const row = async (slug: string): Promise<TaskRow> => {
    const { stdout } = await tree.tasks("heartbeat", "--format", "json");
    const found = (JSON.parse(stdout) as ServedSnapshot).tasks.find(({ key }) => key === slug);
    if (found === undefined) throw new Error(`There is no task ${slug}.`);
    return found;
  };
  const until = (slug: string, isSo: (row: TaskRow) => boolean) => eventually(() => row(slug), isSo, 40_000);
  return { ...tree, row, until };
}

const verdictIs = (verdict: string) => (row: TaskRow) => row.run?.progress?.verdict === verdict;
const signalsOf = ({ signals }: TaskRow) => signals.map(({ code, tier }) => [code, tier]);

test("silent but busy is working, while one that says the same again and again is quiet", async () => {
  const { row, until } = await startWorkers("busy", "chatty");
  const chatty = await until("chatty", verdictIs("quiet"));
  expect(chatty.run).toMatchObject({ state: "running", last_line: expect.stringContaining("trying again") });
  // It started no later, and has said nothing for as long.
  const busy = await row("busy");
  expect(busy.run?.last_line).toBeNull();
  expect(busy.run?.progress).toMatchObject({ verdict: "working", evidence: [{ witness: "processor" }] }); // words-ok: JSON key
});

test("waiting for CI and asking are shown as such, long after a worker would be quiet, and no worker is retried", async () => {
  const { tasks, run, row, until } = await startWorkers("waiting", "asking", "chatty");
  await until("asking", verdictIs("asking"));
  await until("chatty", verdictIs("quiet"));
  const output = async () => (await tasks("logs", "asking")).stdout;
  expect((await run("asking")).attempts, await output()).toEqual([]);
  const waiting = await row("waiting");
  expect(waiting.run?.progress).toMatchObject({ verdict: "waiting", detail: "CI 8812", quiet_since: null });
  expect(signalsOf(waiting)).toEqual([]);
  const asking = await row("asking");
  expect(asking.run).toMatchObject({
    attempt: 1,
    question: { text: "Which region?", choices: ["eu", "us"] },
  });
  expect(asking.run?.progress).toMatchObject({ verdict: "asking", quiet_since: null });
  expect(signalsOf(asking)).toEqual([["needs_answer", 2]]);
  expect(await tasks("answer", "asking", "eu")).toMatchObject({ code: 0 });
  const answered = await until("asking", ({ run }) => run?.state === "exited");
  expect(answered.run).toMatchObject({
    attempt: 1,
    outcome: { kind: "done", note: "deployed to eu" },
  });
});

test("ended without an error and nothing done is a person's; a crash loop is tried three times, then a person's", async () => {
  const { run, row, until } = await startWorkers("quick", "nothing", "crash");
  const quick = await until("quick", ({ run: view }) => view?.state === "exited");
  expect([quick.group, signalsOf(quick)]).toEqual(["in_review", []]);
  const nothing = await until("nothing", ({ run: view }) => view?.state === "exited");
  expect(signalsOf(nothing)).toEqual([["dispatch_completed_unreconciled", 2]]);
  const crash = await until("crash", ({ signals }) => signals.some(({ tier }) => tier === 2));
  expect(signalsOf(crash)).toEqual([["dispatch_failed", 2]]);
  const { state, failuresInRow, attempts } = await run("crash");
  expect([state, failuresInRow]).toEqual(["failed", 3]);
  expect(attempts.map(({ end }) => end)).toEqual(Array(3).fill({ kind: "exited", code: 3 }));
  // Nothing is due any more: one cycle more changes nothing.
  expect((await row("crash")).run).toMatchObject({ state: "failed", attempt: 3 });
});
