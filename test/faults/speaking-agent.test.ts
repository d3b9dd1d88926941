// A real supervisor and an agent that speaks on its streams, behind a wrapper of the user's.

import { expect, test } from "vitest";
import { addFollowUp, requestStop, requeue, take } from "../../src/core/run/run-transitions.ts";
import { eventually } from "../support/served-tree.ts";
import { createSupervisedRun, kill, type SupervisedRun } from "./supervised-run.ts";

const WRAP = ["nice", "-n", "1"];

const speaking = () => createSupervisedRun({ worker: "streaming", kind: "claude", wrap: WRAP });

/** What was said, and what its tools did. */
async function transcript({ files, id }: SupervisedRun): Promise<readonly string[]> {
  const read = await files.readEvents(id, { last: 1_000 });
  return (read?.events ?? []).flatMap((event) => {
    if (event.kind === "message")
      return [
        event.from === "agent" ? event.text : `${event.from.person} (${event.delivered}): ${event.text}`,
      ];
    return event.kind === "tool" ? [`${event.input}: ${event.state}`] : [];
  });
}

const isAtTool = (lines: readonly string[]) => lines.at(-1) === "wait for a message: running";

test("K28: a message reaches it in the middle of its turn; without a report it is reminded, and it finishes", async () => {
  const supervised = await speaking();
  await supervised.launch();
  const { supervisor } = await supervised.atWork();
  await eventually(() => transcript(supervised), isAtTool);
  expect(await supervised.files.readActivity(supervised.id)).not.toBeNull();
  await supervised.change((run) => addFollowUp(run, { by: "mia", atMs: Date.now(), text: "Faster." }));
  supervised.workers.nudge(supervisor);
  const run = await supervised.until(({ state }) => state !== "running");
  expect(run).toMatchObject({
    state: "exited",
    outcome: { kind: "done", note: "it is done" },
    followUps: [],
    session: { kind: "claude", id: "5e55", isStarted: true },
    agent: { version: "2.1.0" },
    attempts: [{ end: { kind: "exited", code: 0 }, use: { unparsed: 0 } }],
  });
  expect(await transcript(supervised)).toEqual([
    "Heard: Do it.\n",
    "wait for a message: running",
    "mia (mid_turn): Faster.",
    "wait for a message: ok",
    "In between: mia says:\n\nFaster.",
    expect.stringMatching(/^tasks \(turn\): Your turn ended/),
    expect.stringMatching(/^Heard: Your turn ended/),
  ]);
  expect((await supervised.lines()).join("\n")).toContain('"subtype":"init"');
});

test("K27: killed in a tool it continues in its session, and a stop interrupts its turn", async () => {
  const supervised = await speaking();
  await supervised.launch();
  const { worker } = await supervised.atWork();
  await eventually(() => transcript(supervised), isAtTool);
  await supervised.until(({ session }) => session?.isStarted === true);
  kill(worker.pid);
  const killed = await supervised.until(({ state }) => state !== "running");
  expect(killed).toMatchObject({ state: "failed", session: { id: "5e55", isStarted: true } });
  await supervised.change((run) => requeue(run, { notBeforeMs: null, because: "retry", nowMs: Date.now() }));
  await supervised.change((run) => take(run, { dispatcher: supervised.workers.self(), nowMs: Date.now() }));
  await supervised.launch(3);
  await eventually(
    () => transcript(supervised),
    (lines) => isAtTool(lines) && lines.length > 3,
  );
  expect((await transcript(supervised)).at(-2)).toMatch(/^Resumed: Your process .*killed by SIGKILL/);
  const { supervisor } = await supervised.atWork();
  await supervised.change((run) =>
    requestStop(run, { kind: "stop", by: "mia", atMs: Date.now(), note: null }),
  );
  supervised.workers.nudge(supervisor);
  const stopped = await supervised.until(({ state }) => state !== "running");
  expect(stopped).toMatchObject({
    state: "interrupted",
    attempts: [{}, { end: { kind: "stopped", by: "mia" } }],
  });
  const read = await supervised.files.readEvents(supervised.id, { last: 1 });
  expect(read?.events).toMatchObject([{ kind: "ended", how: "interrupted", attempt: 2 }]);
  await eventually(supervised.marked, (pids) => pids.length === 0);
});
