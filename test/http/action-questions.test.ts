// What ends work is asked about before it is done.

import { describe, expect, test } from "vitest";
import { storedRun } from "../support/sample-runs.ts";
import { getRaw } from "../support/web-fixture.ts";
import { ActingServer, HTML, hidden, JSON_TYPE, KEY, RUN, SAME_ORIGIN } from "./acting-server.ts";

const acting = new ActingServer();
const { work } = acting;

describe("U5: what ends work is asked about first", () => {
  const stop = (fields: Record<string, string> = {}) =>
    acting.post("stop", { fields: { run: RUN, epoch: "2", ...fields } });

  test("a stop asks, after any number of refreshes, and stops on the yes to exactly that", async () => {
    await getRaw(acting.port, "/status", [HTML]);
    const question = await stop();
    expect(question.status).toBe(200);
    expect(question.body).toContain("Stop the worker of Group attention UI by task?");
    expect(question.body).toContain("claude</bdi>, attempt 1 on <bdi>desk</bdi>, running for 12 min");
    expect(question.body).toContain('<a class="btn" href="/status">Cancel</a>');
    expect((await stop()).status).toBe(200);
    expect(work.calls).toEqual([]);

    const confirm = hidden(question.body, "confirm") ?? "";
    expect((await stop({ confirm, note: "stuck" })).status).toBe(303);
    expect(work.calls).toEqual([{ action: "stop", request: { run: { id: RUN, epoch: 2 }, note: "stuck" } }]);
  });

  test("without that very token it is asked again", async () => {
    const confirm = hidden((await stop()).body, "confirm") ?? "";
    const other =
      hidden(
        (await acting.post("stop", { fields: { run: "run-port-bundles", epoch: "2" } })).body,
        "confirm",
      ) ?? "";
    const [until = "", seal = ""] = confirm.split(".");
    const tokens = ["x", other, `${Number(until) + 1}.${seal}`, `${confirm}x`, confirm.toUpperCase()];
    for (const wrong of tokens) {
      const answer = await stop({ confirm: wrong });
      expect(answer.status, wrong).toBe(409);
      expect(answer.body).toContain("Please confirm again");
    }
    expect((await stop({ confirm, epoch: "3" })).status).toBe(409);
    expect((await acting.post("stop-all", { fields: { runs: `${RUN}@2`, confirm } })).status).toBe(409);
    expect(work.calls).toEqual([]);
  });

  test("a yes holds for ten minutes, and only for the server that asked", async () => {
    const confirm = hidden((await stop()).body, "confirm") ?? "";
    acting.monotonicMs += 600_000;
    expect((await stop({ confirm })).status).toBe(303);
    acting.monotonicMs += 1;
    expect((await stop({ confirm })).status).toBe(409);
    expect(work.calls).toHaveLength(1);
  });

  test("the yes names the run as it is: one that has gone on is another question", async () => {
    work.stored = [storedRun(KEY, { epoch: 3, attempt: 2 })];
    const question = await stop();
    expect(hidden(question.body, "epoch")).toBe("3");
    expect(question.body).toContain("attempt 2");
  });

  test("stopping all names each, counts them, and stops exactly those", async () => {
    work.stored = [
      ...work.stored,
      storedRun("search-debounce", { kind: "by_hand" }),
      storedRun("reconcile-hooks", { state: "queued" }),
    ];
    const question = await acting.post("stop-all");
    expect(question.body).toContain('<h1 dir="auto">Stop all 2 workers?</h1>');
    expect(question.body).toContain(">Stop 2 workers</button>");
    expect(question.body).toContain("Per-worktree port bundles");
    expect(question.body).not.toContain("Search debounce");
    const runs = hidden(question.body, "runs") ?? "";
    const confirm = hidden(question.body, "confirm") ?? "";
    expect((await acting.post("stop-all", { fields: { runs: `${runs} run-x@1`, confirm } })).status).toBe(
      409,
    );
    expect((await acting.post("stop-all", { fields: { runs, confirm } })).status).toBe(303);
    const named = [KEY, "port-bundles"].map((key) => ({ id: `run-${key}`, epoch: 2 }));
    expect(work.calls).toEqual([{ action: "stopAll", request: { runs: named, note: null } }]);
  });

  test("an interruption asks with what would be said; a follow-up that waits does not", async () => {
    const sent = { run: RUN, epoch: "2", prompt: "Use eu.\nNow <b>.", interrupt: "1" };
    const question = await acting.post("continue", { fields: sent });
    expect(question.body).toContain("Interrupt the worker of Group attention UI by task?");
    expect(question.body).toContain("Use eu.\nNow &lt;b&gt;.");
    const confirm = hidden(question.body, "confirm") ?? "";
    await acting.post("continue", { fields: { ...sent, confirm } });
    work.stored = [storedRun(KEY, { state: "exited" })];
    await acting.post("continue", { fields: sent });
    expect(work.calls.map(({ request }) => (request as { interrupt: boolean }).interrupt)).toEqual([
      true,
      false,
    ]);
  });

  test.each<[string, Parameters<typeof storedRun>[1], string]>([
    ["queued", { state: "queued" }, "Remove Group attention UI by task from the queue?"],
    ["failed", { state: "failed" }, "Dismiss the run of Group attention UI by task?"],
    ["by hand", { kind: "by_hand", workerName: "rj" }, "rj is working on group-attention-ui-by-task by hand"],
    ["closed", { state: "closed" }, "This run has already ended."],
  ])("%s has its own question", async (_, sent, words) => {
    work.stored = [storedRun(KEY, sent)];
    expect((await stop()).body).toContain(words);
  });

  test("a program gets the members to send along", async () => {
    const send = (fields: object) =>
      acting.post("stop", {
        body: JSON.stringify({ run: RUN, epoch: 2, ...fields }),
        headers: [JSON_TYPE, SAME_ORIGIN, `Tasks-Token: ${acting.token}`],
      });
    const asked = await send({});
    expect(asked.status).toBe(409);
    const problem = JSON.parse(asked.body);
    expect(problem).toMatchObject({
      type: "urn:dataface-tasks:problem:confirmation_needed",
      run: RUN,
      epoch: "2",
      tasks: [KEY],
    });
    expect(JSON.parse((await send({ confirm: problem.confirm })).body)).toMatchObject({ done: true });
  });
});
