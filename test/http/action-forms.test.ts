// What each form of a page does, and what is answered when it cannot.

import { describe, expect, onTestFinished, test, vi } from "vitest";
import { configSchema } from "../../src/config/schema.ts";
import { refusal } from "../../src/core/contract/refusal.ts";
import { UserError } from "../../src/core/contract/user-error.ts";
import { StoreError } from "../../src/ports/store/store-error.ts";
import { createMemoryStore } from "../memory/memory-store.ts";
import { rowsAtWork } from "../support/sample-runs.ts";
import { OBSERVED_AT_MS, sampleRow } from "../support/sample-snapshot.ts";
import { getRaw } from "../support/web-fixture.ts";
import { ActingServer, FORM, HTML, hidden, RUN, SAME_ORIGIN, tokenIn } from "./acting-server.ts";

const acting = new ActingServer();
const { work, live } = acting;

describe("what each form does", () => {
  const at = (sent: object) => expect.objectContaining(sent);

  test.each<[string, Record<string, string>, string, unknown]>([
    ["kickoff", { task: "a", note: " soon " }, "kickoff", { key: "a", note: "soon" }],
    [
      "answer",
      { run: RUN, question: "2", answer: "eu\r\nor us" },
      "answer",
      { run: RUN, question: 2, text: "eu\nor us" },
    ],
    [
      "continue",
      { run: RUN, epoch: "2", prompt: "go on" },
      "continueRun",
      { run: { id: RUN, epoch: 2 }, prompt: "go on", interrupt: false },
    ],
    [
      "handover",
      { run: RUN, epoch: "2", worker: "codex" },
      "handOver",
      { run: { id: RUN, epoch: 2 }, worker: "codex" },
    ],
    ["handover", { run: RUN, epoch: "2" }, "handOver", { run: { id: RUN, epoch: 2 }, worker: null }],
    ["raise", { run: RUN, epoch: "2" }, "raiseBudget", { run: { id: RUN, epoch: 2 } }],
    ["pause", {}, "pause", { note: null }],
    ["pause", { note: "lunch" }, "pause", { note: "lunch" }],
    ["resume", {}, "resume", null],
    [
      "limit-resume",
      { scope: "account", name: "claude@desk" },
      "endPause",
      { kind: "account", name: "claude@desk" },
    ],
    ["limit-hold", { scope: "host", name: "desk" }, "holdPause", { kind: "host", name: "desk" }],
    ["limit-auto", { scope: "host", name: "desk" }, "letPauseEnd", { kind: "host", name: "desk" }],
    [
      "acknowledge",
      { task: "a", codes: "worker_idle invalid_task" },
      "acknowledge",
      { key: "a", codes: ["worker_idle", "invalid_task"], note: null, untilMs: null },
    ],
    [
      "acknowledge",
      { task: "a", until: "4h" },
      "acknowledge",
      at({ codes: [], untilMs: OBSERVED_AT_MS + 4 * 3_600_000 }),
    ],
    ["snooze", { task: "a", until: "1h" }, "snooze", at({ untilMs: OBSERVED_AT_MS + 3_600_000 })],
    ["withdraw", { task: "a" }, "withdraw", { key: "a" }],
    ["accept", { task: "a" }, "decide", { key: "a", decision: "accepted" }],
    ["drop", { task: "a" }, "decide", { key: "a", decision: "dropped" }],
  ])("%s %j", async (name, fields, action, request) => {
    expect((await acting.post(name, { fields })).status).toBe(303);
    expect(work.calls).toEqual([{ action, request }]);
  });

  test("until tomorrow is nine o'clock of the next day, by the server's clock", async () => {
    await acting.post("snooze", { fields: { task: "a", until: "tomorrow" } });
    const requests = work.calls.map(({ request }) => request as { readonly untilMs: number });
    const until = new Date(requests[0]?.untilMs ?? 0);
    expect([until.getHours(), until.getMinutes(), until.getDate()]).toEqual([
      9,
      0,
      new Date(OBSERVED_AT_MS + 86_400_000).getDate(),
    ]);
  });

  test.each<[string, Record<string, string>, number]>([
    ["snooze", { task: "a" }, 400],
    ["snooze", { task: "a", until: "0h" }, 400],
    ["acknowledge", { task: "a", until: "forever" }, 400],
    ["stop", { run: RUN }, 400],
    ["stop", { run: "a b", epoch: "2" }, 400],
    ["continue", { run: RUN, epoch: "x", prompt: "go" }, 400],
    ["answer", { run: RUN, question: "x", answer: "eu" }, 400],
    ["answer", { run: RUN, question: "1", answer: "  " }, 409],
    ["continue", { run: RUN, epoch: "2", prompt: "" }, 409],
  ])("%s %j does nothing", async (name, fields, status) => {
    expect((await acting.post(name, { fields })).status).toBe(status);
    expect(work.calls).toEqual([]);
  });
});

test("T20: a kickoff that the task's file refuses is answered with the file, its line and the problem", async () => {
  const message =
    "tasks/a.md:1 cannot be read, so no worker is started for it: Its front matter is not closed.";
  work.result = refusal(message, "Close it.");
  const answer = await acting.kickoff();
  expect(answer.status).toBe(409);
  expect(answer.body).toContain(message.replace("'", "&#39;"));
});

describe("what could not be done", () => {
  const MESSAGE = "No <worker> is configured.";

  test("comes with the fix, and what was typed is still there", async () => {
    const refreshNow = vi.spyOn(live, "refreshNow");
    work.result = refusal(MESSAGE, "`tasks worker use claude` writes one.");
    const answer = await acting.post("continue", {
      fields: { run: RUN, epoch: "2", prompt: "half an\nhour's <work>" },
    });
    expect(answer.status).toBe(409);
    expect(answer.body).toContain("No &lt;worker&gt; is configured.");
    expect(answer.body).toContain("tasks worker use claude");
    expect(answer.body).toContain("half an\nhour&#39;s &lt;work&gt;</textarea>");
    expect(hidden(answer.body, "run")).toBe(RUN);
    expect(hidden(answer.body, "confirm")).toBeUndefined();
    expect(refreshNow).not.toHaveBeenCalled();
  });

  test("H4: programs get problem+json with the hint", async () => {
    work.result = refusal(MESSAGE, "Do that.");
    const answer = await acting.kickoff({ headers: [FORM, SAME_ORIGIN] });
    expect(answer.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    expect(JSON.parse(answer.body)).toMatchObject({ status: 409, detail: MESSAGE, hint: "Do that." });
  });

  test.each<[string, Error, number, string]>([
    [
      "what a person can fix",
      new UserError({ code: "store_unusable", message: "It is locked.", hint: "Wait." }),
      409,
      "It is locked.",
    ],
    [
      "a store that is away",
      new StoreError({ kind: "disk", message: "/home/dave/x is full", hint: "" }),
      409,
      "nothing was changed",
    ],
    ["a bug", new Error("ghp_secret in /home/dave"), 500, "hit a bug"],
  ])("S20: %s", async (_, failure, status, words) => {
    work.result = failure;
    const answer = await acting.kickoff();
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(words);
    expect(answer.body).not.toMatch(/ghp_|\/home/);
  });
});

test("F11: what was done is on the next load", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const refreshNow = vi.spyOn(live, "refreshNow").mockImplementation(async () => {
    await promise;
    live.publish([...rowsAtWork(), sampleRow({ key: "brand-new", group: "active" })]);
  });
  let isAnswered = false;
  const answer = acting.kickoff().then((answered) => {
    isAnswered = true;
    return answered;
  });
  await expect.poll(() => refreshNow.mock.calls.length).toBeGreaterThan(0);
  expect(isAnswered).toBe(false);
  resolve();
  const page = await getRaw(acting.port, (await answer).headers.get("location") ?? "", [HTML]);
  expect(page.body).toContain("t-brand-new");
});

describe("N87: a test notification", () => {
  test("is queued for each channel, or for the one asked for; nothing is sent by the server", async () => {
    const outbox = createMemoryStore();
    const notify = { command: ["say"], ntfy: "https://ntfy.sh/t" };
    const notified = await acting.start({ outbox, config: configSchema.parse({ notify }) });
    onTestFinished(() => notified.close());
    const page = await getRaw(notified.port, "/notifications", [HTML]);
    const fields = { token: tokenIn(page), back: "/notifications" };
    expect(await acting.post("notify-test", { fields }, notified.port)).toMatchObject({ status: 303 });
    const [command, ntfy] = (await outbox.readNotifications(9)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect([command, ntfy]).toMatchObject([
      { channel: "command", kind: "test", state: "waiting", tries: 0 },
      { channel: "ntfy", kind: "test", state: "waiting", tries: 0 },
    ]);
    const shown = await acting.post("notify-test", { fields: { ...fields, channel: "fax" } }, notified.port);
    expect([shown.status, shown.body]).toEqual([409, expect.stringContaining("No channel of notifications")]);
  });

  test("is refused where no channel is set", async () => {
    const answer = await acting.post("notify-test");
    expect([answer.status, answer.body]).toEqual([
      409,
      expect.stringContaining("No channel of notifications"),
    ]);
  });
});
