// A form is carried out once however often it is sent, and what was done can be undone, over real sockets.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { refusal } from "../../src/core/contract/refusal.ts";
import { FakeLiveSnapshot } from "../support/fake-live-snapshot.ts";
import { FakeWork } from "../support/fake-work.ts";
import { attestationAtWork, rowsAtWork, snapshotAtWork } from "../support/sample-runs.ts";
import { OBSERVED_AT_MS } from "../support/sample-snapshot.ts";
import { getRaw, type RawAnswer, sendRaw, startTestServer, type TestServer } from "../support/web-fixture.ts";

const HEADERS = ["Content-Type: application/x-www-form-urlencoded", "Sec-Fetch-Site: same-origin"];
const HTML = "Accept: text/html";
const SCRIPT = "Accept: application/json";
const MINUTE_MS = 60_000;

const work = new FakeWork();
const live = new FakeLiveSnapshot();
let server: TestServer;
let monotonicMs = 1_000;

beforeAll(async () => {
  live.show(snapshotAtWork(), attestationAtWork());
  server = await start();
});
afterAll(() => server.close());
beforeEach(() => work.reset());

function start(): Promise<TestServer> {
  const clock = { wallMs: () => OBSERVED_AT_MS, monotonicMs: () => monotonicMs, cpuMs: () => 0 };
  return startTestServer({ live, runs: work.runs, actions: work.actions, clock });
}

type Form = Readonly<Record<string, string>>;

const hidden = (html: string, name: string) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? "";

/** A fresh page, and what its forms carry. */
async function page(path = "/status", at = server): Promise<Form> {
  const { body } = await getRaw(at.port, path, [HTML]);
  return { token: hidden(body, "token"), back: hidden(body, "back"), action_id: hidden(body, "action_id") };
}

function post(name: string, fields: Form, accept = HTML, at = server): Promise<RawAnswer> {
  const body = String(new URLSearchParams(fields));
  const lines = [`POST /actions/${name} HTTP/1.1`, "Host: localhost", accept, ...HEADERS];
  return sendRaw(at.port, `${lines.join("\r\n")}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
}

const ACKNOWLEDGE = { task: "bad-yaml", codes: "invalid_task" };
const location = (answer: RawAnswer) => answer.headers.get("location") ?? "";
const seen = async (answer: RawAnswer) => (await getRaw(server.port, location(answer), [HTML])).body;
const result = (html: string) => /<section class="result".*?<\/section>/s.exec(html)?.[0] ?? "";

describe("U15: a form is carried out once", () => {
  test("every answer has an id of its own, and all forms of a page carry it", async () => {
    const bodies = await Promise.all(
      ["/status", "/status", "/tasks/bad-yaml"].map(
        async (path) => (await getRaw(server.port, path, [HTML])).body,
      ),
    );
    const ids = bodies.map((body) =>
      [...body.matchAll(/name="action_id" value="([^"]*)"/g)].map(([, id]) => id),
    );
    for (const [at, body] of bodies.entries()) {
      expect(ids[at]).toHaveLength(body.match(/<form [^>]*method="post"/g)?.length ?? 0);
      expect(new Set(ids[at])).toHaveLength(1);
    }
    expect(new Set(ids.flat())).toHaveLength(3);
    expect(ids[0]?.[0]).toMatch(/^[\w-]{8}\.[\w-]{16}$/);
  });

  test("a repeat gets the first result", async () => {
    const form = { ...(await page()), ...ACKNOWLEDGE };
    const first = await post("acknowledge", form);
    const second = await post("acknowledge", form);
    expect(work.calls).toHaveLength(1);
    expect([second.status, location(second)]).toEqual([303, location(first)]);
  });

  test("a repeat waits for the first while that is still running", async () => {
    const held = Promise.withResolvers<void>();
    work.held = held.promise;
    const form = { ...(await page()), ...ACKNOWLEDGE };
    const both = [post("acknowledge", form), post("acknowledge", form)];
    await expect.poll(() => work.calls.length).toBe(1);
    held.resolve();
    const [first, second] = await Promise.all(both);
    expect(work.calls).toHaveLength(1);
    expect(location(first as RawAnswer)).toBe(location(second as RawAnswer));
  });

  test("other forms, other words and other pages are other actions", async () => {
    const one = await page();
    await post("acknowledge", { ...one, ...ACKNOWLEDGE });
    await post("acknowledge", { ...one, task: "rotate-the-signing-keys", codes: "pickup_overdue" });
    await post("snooze", { ...one, ...ACKNOWLEDGE, until: "1h" });
    await post("acknowledge", { ...(await page()), ...ACKNOWLEDGE });
    expect(work.calls).toHaveLength(4);
  });

  test("what was refused, failed or asked may be sent again", async () => {
    const form = { ...(await page()), ...ACKNOWLEDGE };
    work.result = refusal("Not now.", "Later.");
    expect((await post("acknowledge", form)).status).toBe(409);
    work.result = new Error("a bug");
    expect((await post("acknowledge", form)).status).toBe(500);
    work.result = null;
    expect((await post("acknowledge", form)).status).toBe(303);
    expect(work.calls).toHaveLength(3);
  });

  test("it is remembered for ten minutes", async () => {
    const form = { ...(await page()), ...ACKNOWLEDGE };
    await post("acknowledge", form);
    monotonicMs += 9 * MINUTE_MS;
    await post("acknowledge", form);
    expect(work.calls).toHaveLength(1);
    monotonicMs += 2 * MINUTE_MS;
    await post("acknowledge", form);
    expect(work.calls).toHaveLength(2);
  });

  test("an id of another start is refused, without saying that nothing was done", async () => {
    const other = await start();
    try {
      const { action_id } = await page();
      const form = { ...(await page("/status", other)), action_id: action_id ?? "", ...ACKNOWLEDGE };
      const answer = await post("acknowledge", form, HTML, other);
      expect(answer.status).toBe(403);
      expect(answer.body).toContain("Nothing was done");
      expect(answer.body).toContain("check first whether it was done");
      expect(work.calls).toEqual([]);
    } finally {
      await other.close();
    }
  });
});

describe("U18: what was done is said, with its Undo", () => {
  test("on the page that follows, for two minutes", async () => {
    const answer = await post("acknowledge", { ...(await page("/status?owner=dave")), ...ACKNOWLEDGE });
    expect(location(answer)).toMatch(/^\/status\?owner=dave&done=/);
    const shown = result(await seen(answer));
    expect(shown.replace(/<[^>]*>/g, "")).toMatch(/done Acknowledged until \d\d:\d\d: \S/);
    expect(shown).toContain('action="/actions/undo"');
    expect(hidden(await seen(answer), "back")).toBe("/status?owner=dave");
    monotonicMs += 3 * MINUTE_MS;
    expect(result(await seen(answer))).toBe("");
  });

  test("on the page of a task too", async () => {
    const answer = await post("kickoff", {
      ...(await page("/tasks/milestone-burn-up")),
      task: "milestone-burn-up",
    });
    expect(location(answer)).toMatch(/^\/tasks\/milestone-burn-up\?done=/);
    expect(result(await seen(answer))).toContain("<b>Queued</b>");
  });

  test("no other page says it", async () => {
    const answer = await post("pause", await page());
    expect(result(await seen(answer))).toContain("Starts paused");
    expect(result((await getRaw(server.port, "/status", [HTML])).body)).toBe("");
    expect(result((await getRaw(server.port, "/status?done=nothing", [HTML])).body)).toBe("");
  });

  test("to a script that sends the form", async () => {
    const answer = await post("acknowledge", { ...(await page()), ...ACKNOWLEDGE }, SCRIPT);
    const title = rowsAtWork().find(({ key }) => key === "bad-yaml")?.title;
    expect(JSON.parse(answer.body)).toEqual({
      done: true,
      page: expect.stringMatching(/^\/status\?done=[\w-]{22}$/),
      message: expect.stringMatching(/^Acknowledged until \d\d:\d\d$/),
      task: title,
      undo: expect.stringMatching(/^[\w-]{22}$/),
    });
  });
});

describe("U17: undo", () => {
  const done = async () =>
    JSON.parse((await post("acknowledge", { ...(await page()), ...ACKNOWLEDGE }, SCRIPT)).body)
      .undo as string;
  const refused = async (fields: Form) => {
    const answer = await post("undo", { ...(await page()), ...fields }, SCRIPT);
    return [answer.status, JSON.parse(answer.body).detail];
  };

  test("is an action as others are, by a form of the page that says what was done", async () => {
    const html = await seen(await post("acknowledge", { ...(await page()), ...ACKNOWLEDGE }));
    const form = { ...(await page()), of: hidden(html, "of") };
    const undone = await post("undo", form);
    await post("undo", form);
    expect(work.calls.map(({ action }) => action)).toEqual(["acknowledge", "undo"]);
    expect(result(await seen(undone))).toContain("<b>Undone</b>");
    expect(result(await seen(undone))).not.toContain("/actions/undo");
  });

  test("happens once, and then the form may be sent again", async () => {
    const form = { ...(await page()), ...ACKNOWLEDGE };
    const of = JSON.parse((await post("acknowledge", form, SCRIPT)).body).undo as string;
    await post("undo", { ...(await page()), of });
    expect(await refused({ of })).toEqual([409, "This has already been undone."]);
    await post("acknowledge", form);
    expect(work.calls.map(({ action }) => action)).toEqual(["acknowledge", "undo", "acknowledge"]);
  });

  test("comes too late after ten minutes, and says so", async () => {
    const of = await done();
    monotonicMs += 11 * MINUTE_MS;
    expect(await refused({ of })).toEqual([409, expect.stringContaining("over 10 minutes ago")]);
    expect(await refused({})).toEqual([409, expect.stringContaining("Too late to undo")]);
  });

  test("says the use case's own sentence when it is refused", async () => {
    const of = await done();
    work.result = refusal("Too late to undo: the worker has read it.", "Look.");
    expect(await refused({ of })).toEqual([409, "Too late to undo: the worker has read it."]);
  });
});
