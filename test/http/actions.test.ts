// What pages can do, over real sockets: who may, what a request must carry, and what is asked first.

import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";
import { configSchema } from "../../src/config/schema.ts";
import { refusal } from "../../src/core/contract/refusal.ts";
import type { RunId } from "../../src/core/contract/run.ts";
import { UserError } from "../../src/core/contract/user-error.ts";
import { StoreError } from "../../src/ports/store/store-error.ts";
import type { ServerOptions } from "../../src/web/server/server.ts";
import { createMemoryStore } from "../memory/memory-store.ts";
import { FakeLiveSnapshot } from "../support/fake-live-snapshot.ts";
import { FakeWork } from "../support/fake-work.ts";
import { attestationAtWork, rowsAtWork, snapshotAtWork, storedRun } from "../support/sample-runs.ts";
import { OBSERVED_AT_MS, sampleRow } from "../support/sample-snapshot.ts";
import { getRaw, type RawAnswer, sendRaw, startTestServer, type TestServer } from "../support/web-fixture.ts";

const KEY = "group-attention-ui-by-task";
const RUN = `run-${KEY}`;
const FORM = "Content-Type: application/x-www-form-urlencoded";
const JSON_TYPE = "Content-Type: application/json";
const SAME_ORIGIN = "Sec-Fetch-Site: same-origin";
const HTML = "Accept: text/html";

const work = new FakeWork();
const live = new FakeLiveSnapshot();
let server: TestServer;
let token: string;
let monotonicMs = 1_000;

beforeAll(async () => {
  live.show(snapshotAtWork(), attestationAtWork());
  server = await start();
  token = tokenIn(await getRaw(server.port, "/status", [HTML]));
});
afterAll(() => server.close());
beforeEach(() => {
  work.reset();
  work.stored = [storedRun(KEY), storedRun("port-bundles")];
  live.show(snapshotAtWork(), attestationAtWork());
});
afterEach(() => vi.restoreAllMocks());

function start(changes: Partial<ServerOptions> = {}): Promise<TestServer> {
  const clock = { wallMs: () => OBSERVED_AT_MS, monotonicMs: () => monotonicMs, cpuMs: () => 0 };
  return startTestServer({ live, runs: work.runs, actions: work.actions, clock, ...changes });
}

const hidden = (html: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1];
const tokenIn = ({ body }: RawAnswer) => hidden(body, "token") ?? "";

type Post = {
  readonly fields?: Readonly<Record<string, string>>;
  readonly headers?: readonly string[];
  readonly host?: string;
  readonly body?: string;
};

/** As a browser sends the form of a page, by default. */
function post(name: string, sent: Post = {}, port = server.port): Promise<RawAnswer> {
  const { host = "localhost", headers = [FORM, SAME_ORIGIN, HTML] } = sent;
  const body = sent.body ?? String(new URLSearchParams({ token, back: "/status", ...sent.fields }));
  const lines = [
    `POST /actions/${name} HTTP/1.1`,
    `Host: ${host}`,
    ...headers,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return sendRaw(port, `${lines.join("\r\n")}\r\n\r\n${body}`);
}

const kickoff = (sent: Post = {}) =>
  post("kickoff", { ...sent, fields: { task: "milestone-burn-up", ...sent.fields } });

describe("S4: what a request must carry", () => {
  const json = (body: object) => ({ body: JSON.stringify({ task: "milestone-burn-up", ...body }) });
  const withToken = () => `Tasks-Token: ${token}`;

  test.each<[string, () => Promise<RawAnswer>, number, string | null]>([
    ["a form of our page", () => kickoff(), 303, null],
    [
      "its Origin too",
      () => kickoff({ headers: [FORM, SAME_ORIGIN, "Origin: http://localhost"] }),
      303,
      null,
    ],
    [
      "an old browser's, with its Origin",
      () => kickoff({ headers: [FORM, "Origin: http://localhost"] }),
      303,
      null,
    ],
    ["a charset", () => kickoff({ headers: [`${FORM}; charset=UTF-8`, SAME_ORIGIN] }), 303, null],
    ["by address", () => kickoff({ host: "127.0.0.1:8005" }), 303, null],
    ["by address 6", () => kickoff({ host: "[::1]" }), 303, null],
    [
      "JSON with its token",
      () => kickoff({ ...json({}), headers: [JSON_TYPE, SAME_ORIGIN, withToken()] }),
      200,
      null,
    ],

    [
      "text/plain",
      () => kickoff({ headers: ["Content-Type: text/plain", SAME_ORIGIN] }),
      415,
      "media_type_refused",
    ],
    [
      "multipart",
      () => kickoff({ headers: ["Content-Type: multipart/form-data; boundary=x", SAME_ORIGIN] }),
      415,
      "media_type_refused",
    ],
    ["no type at all", () => kickoff({ headers: [SAME_ORIGIN] }), 415, "media_type_refused"],
    ["neither Origin nor site", () => kickoff({ headers: [FORM] }), 403, "foreign_form"],
    ["cross-site", () => kickoff({ headers: [FORM, "Sec-Fetch-Site: cross-site"] }), 403, "foreign_form"],
    ["same-site", () => kickoff({ headers: [FORM, "Sec-Fetch-Site: same-site"] }), 403, "foreign_form"],
    ["typed by hand", () => kickoff({ headers: [FORM, "Sec-Fetch-Site: none"] }), 403, "foreign_form"],
    [
      "a foreign Origin",
      () => kickoff({ headers: [FORM, SAME_ORIGIN, "Origin: http://evil.com"] }),
      403,
      "origin_refused",
    ],
    ["Origin null", () => kickoff({ headers: [FORM, "Origin: null"] }), 403, "origin_refused"],
    [
      "another port's Origin",
      () => kickoff({ headers: [FORM, "Origin: http://localhost:3000"] }),
      403,
      "origin_refused",
    ],
    [
      "no token",
      () => kickoff({ body: "task=milestone-burn-up", headers: [FORM, SAME_ORIGIN] }),
      403,
      "form_token_refused",
    ],
    [
      "another token",
      () => kickoff({ fields: { token: `${token}x` }, headers: [FORM, SAME_ORIGIN] }),
      403,
      "form_token_refused",
    ],
    [
      "JSON without a token",
      () => kickoff({ ...json({}), headers: [JSON_TYPE, SAME_ORIGIN] }),
      403,
      "form_token_refused",
    ],
    [
      "JSON with the token inside",
      () => kickoff({ ...json({ token }), headers: [JSON_TYPE, SAME_ORIGIN] }),
      403,
      "form_token_refused",
    ],
    [
      "JSON that is none",
      () => kickoff({ body: "{", headers: [JSON_TYPE, SAME_ORIGIN, withToken()] }),
      400,
      "body_malformed",
    ],
    [
      "JSON that is a list",
      () => kickoff({ body: "[]", headers: [JSON_TYPE, SAME_ORIGIN, withToken()] }),
      400,
      "body_malformed",
    ],
    [
      "JSON in JSON",
      () => kickoff({ ...json({ task: {} }), headers: [JSON_TYPE, SAME_ORIGIN, withToken()] }),
      400,
      "body_malformed",
    ],
    [
      "too much",
      () => kickoff({ body: "x".repeat(70_000), headers: [FORM, SAME_ORIGIN] }),
      413,
      "body_too_large",
    ],
    ["no task", () => post("kickoff", { headers: [FORM, SAME_ORIGIN] }), 400, "parameter_invalid"],
  ])("%s is answered with %4$s", async (_, send, status, code) => {
    const answer = await send();
    expect(answer.status).toBe(status);
    if (code !== null) expect(JSON.parse(answer.body).type).toBe(`urn:dataface-tasks:problem:${code}`);
    expect(work.calls).toHaveLength(code === null ? 1 : 0);
  });

  test("a body that grows past the cap is not read on", async () => {
    const chunk = `${(8192).toString(16)}\r\n${"x".repeat(8192)}\r\n`;
    const head = [
      "POST /actions/kickoff HTTP/1.1",
      "Host: localhost",
      FORM,
      SAME_ORIGIN,
      "Transfer-Encoding: chunked",
    ];
    const answer = await sendRaw(server.port, `${head.join("\r\n")}\r\n\r\n${chunk.repeat(9)}`);
    expect(answer.status).toBe(413);
    expect(answer.headers.get("connection")).toBe("close");
  });

  test("the token of another start is refused, and what was typed can be sent again", async () => {
    const other = await start();
    try {
      const answer = await post(
        "answer",
        { fields: { run: RUN, question: "1", answer: "eu <b>" } },
        other.port,
      );
      expect(answer.status).toBe(403);
      expect(work.calls).toEqual([]);
      expect(answer.body).toContain('name="answer" rows="4">eu &lt;b&gt;</textarea>');
      const again = await post(
        "answer",
        { fields: { token: tokenIn(answer), run: RUN, question: "1", answer: "eu" } },
        other.port,
      );
      expect(again.status).toBe(303);
    } finally {
      await other.close();
    }
  });

  test("H11: an action is posted, everything else is not", async () => {
    for (const method of ["GET", "HEAD", "PUT", "OPTIONS"]) {
      const answer = await sendRaw(
        server.port,
        `${method} /actions/pause HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      );
      expect([answer.status, answer.headers.get("allow")], method).toEqual([405, "POST"]);
    }
    for (const path of ["/status", "/runs/x", "/actions/nothing", "/actions/", "/actions"]) {
      const answer = await sendRaw(
        server.port,
        `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${SAME_ORIGIN}\r\n\r\n`,
      );
      expect([answer.status, answer.headers.get("allow")], path).toEqual([405, "GET, HEAD"]);
    }
  });
});

describe("S4: only a person at this machine acts, and pages without buttons say nothing of them", () => {
  test.each<[string, Partial<ServerOptions>, readonly string[]]>([
    ["another name", { host: "127.0.0.1" }, ["Host: tasks.example"]],
    ["open to others", { access: { kind: "none" } }, ["Host: localhost"]],
    [
      "behind a token",
      { access: { kind: "token", token: "a-token-long-enough" } },
      ["Host: localhost", "Authorization: Bearer a-token-long-enough"],
    ],
    ["only showing", { actions: null }, ["Host: localhost"]],
    ["without runs", { runs: null }, ["Host: localhost"]],
  ])("%s", async (_, changes, headers) => {
    const { config } = (await import("../support/web-fixture.ts")).webContext();
    const other = await start({
      config: { ...config, server: { ...config.server, allowed_hosts: ["tasks.example"] } },
      ...changes,
    });
    try {
      const get = (path: string) =>
        sendRaw(other.port, `GET ${path} HTTP/1.1\r\n${headers.join("\r\n")}\r\n${HTML}\r\n\r\n`);
      for (const path of ["/status", `/tasks/${KEY}`, "/tasks/upgrade-the-client", `/runs/${RUN}`]) {
        expect((await get(path)).body, path).not.toMatch(/\/actions\/|name="token"/);
      }
      const lines = [
        "POST /actions/pause HTTP/1.1",
        ...headers,
        FORM,
        SAME_ORIGIN,
        "Content-Length: 49",
        "",
        `token=${token}`,
      ];
      const refused = await sendRaw(other.port, lines.join("\r\n"));
      expect(JSON.parse(refused.body).type).toBe("urn:dataface-tasks:problem:actions_refused");
      expect(work.calls).toEqual([]);
    } finally {
      await other.close();
    }
  });

  test("a page cached for a read-only viewer is not sent to one who may act", async () => {
    const { config } = (await import("../support/web-fixture.ts")).webContext();
    const other = await start({
      config: { ...config, server: { ...config.server, allowed_hosts: ["tasks.example"] } },
    });
    try {
      const get = async (host: string) =>
        (await sendRaw(other.port, `GET /status HTTP/1.1\r\nHost: ${host}\r\n${HTML}\r\n\r\n`)).body.includes(
          "/actions/",
        );
      expect([await get("tasks.example"), await get("localhost"), await get("tasks.example")]).toEqual([
        false,
        true,
        false,
      ]);
    } finally {
      await other.close();
    }
  });
});

test("T20: a kickoff that the task's file refuses is answered with the file, its line and the problem", async () => {
  const message =
    "tasks/a.md:1 cannot be read, so no worker is started for it: Its front matter is not closed.";
  work.result = refusal(message, "Close it.");
  const answer = await kickoff();
  expect(answer.status).toBe(409);
  expect(answer.body).toContain(message.replace("'", "&#39;"));
});

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
    expect((await post(name, { fields })).status).toBe(303);
    expect(work.calls).toEqual([{ action, request }]);
  });

  test("until tomorrow is nine o'clock of the next day, by the server's clock", async () => {
    await post("snooze", { fields: { task: "a", until: "tomorrow" } });
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
    expect((await post(name, { fields })).status).toBe(status);
    expect(work.calls).toEqual([]);
  });
});

describe("U5: what ends work is asked about first", () => {
  const stop = (fields: Record<string, string> = {}) =>
    post("stop", { fields: { run: RUN, epoch: "2", ...fields } });

  test("a stop asks, after any number of refreshes, and stops on the yes to exactly that", async () => {
    await getRaw(server.port, "/status", [HTML]);
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
      hidden((await post("stop", { fields: { run: "run-port-bundles", epoch: "2" } })).body, "confirm") ?? "";
    const [until = "", seal = ""] = confirm.split(".");
    const tokens = ["x", other, `${Number(until) + 1}.${seal}`, `${confirm}x`, confirm.toUpperCase()];
    for (const wrong of tokens) {
      const answer = await stop({ confirm: wrong });
      expect(answer.status, wrong).toBe(409);
      expect(answer.body).toContain("Please confirm again");
    }
    expect((await stop({ confirm, epoch: "3" })).status).toBe(409);
    expect((await post("stop-all", { fields: { runs: `${RUN}@2`, confirm } })).status).toBe(409);
    expect(work.calls).toEqual([]);
  });

  test("a yes holds for ten minutes, and only for the server that asked", async () => {
    const confirm = hidden((await stop()).body, "confirm") ?? "";
    monotonicMs += 600_000;
    expect((await stop({ confirm })).status).toBe(303);
    monotonicMs += 1;
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
    const question = await post("stop-all");
    expect(question.body).toContain('<h1 dir="auto">Stop all 2 workers?</h1>');
    expect(question.body).toContain(">Stop 2 workers</button>");
    expect(question.body).toContain("Per-worktree port bundles");
    expect(question.body).not.toContain("Search debounce");
    const runs = hidden(question.body, "runs") ?? "";
    const confirm = hidden(question.body, "confirm") ?? "";
    expect((await post("stop-all", { fields: { runs: `${runs} run-x@1`, confirm } })).status).toBe(409);
    expect((await post("stop-all", { fields: { runs, confirm } })).status).toBe(303);
    const named = [KEY, "port-bundles"].map((key) => ({ id: `run-${key}`, epoch: 2 }));
    expect(work.calls).toEqual([{ action: "stopAll", request: { runs: named, note: null } }]);
  });

  test("an interruption asks with what would be said; a follow-up that waits does not", async () => {
    const sent = { run: RUN, epoch: "2", prompt: "Use eu.\nNow <b>.", interrupt: "1" };
    const question = await post("continue", { fields: sent });
    expect(question.body).toContain("Interrupt the worker of Group attention UI by task?");
    expect(question.body).toContain("Use eu.\nNow &lt;b&gt;.");
    const confirm = hidden(question.body, "confirm") ?? "";
    await post("continue", { fields: { ...sent, confirm } });
    work.stored = [storedRun(KEY, { state: "exited" })];
    await post("continue", { fields: sent });
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
      post("stop", {
        body: JSON.stringify({ run: RUN, epoch: 2, ...fields }),
        headers: [JSON_TYPE, SAME_ORIGIN, `Tasks-Token: ${token}`],
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

describe("S22: back to where it came from, and nowhere else", () => {
  test.each([
    ["/status?owner=dave&group=ready", "/status?owner=dave&group=ready"],
    [`/tasks/${KEY}`, `/tasks/${KEY}`],
    ["//evil.com", "/status"],
    ["/\\evil.com", "/status"],
    ["https://evil.com/", "/status"],
    ["javascript:alert(1)", "/status"],
    ["/%2f%2fevil.com", "/status"],
    ["/status\r\nSet-Cookie: x=1", "/status"],
    ["/status#x", "/status"],
    ["", "/status"],
    [`/${"x".repeat(5000)}`, "/status"],
  ])("%j", async (back, location) => {
    const answer = await post("resume", { fields: { back } });
    const [, path, ref] = /^(.*)[?&]done=([\w-]{22})$/.exec(answer.headers.get("location") ?? "") ?? [];
    expect([answer.status, path, ref === undefined]).toEqual([303, location, false]);
    expect(answer.headers.get("set-cookie")).toBeNull();
  });
});

describe("what could not be done", () => {
  const MESSAGE = "No <worker> is configured.";

  test("comes with the fix, and what was typed is still there", async () => {
    const refreshNow = vi.spyOn(live, "refreshNow");
    work.result = refusal(MESSAGE, "`tasks worker use claude` writes one.");
    const answer = await post("continue", {
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
    const answer = await kickoff({ headers: [FORM, SAME_ORIGIN] });
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
    const answer = await kickoff();
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
  const answer = kickoff().then((answered) => {
    isAnswered = true;
    return answered;
  });
  await expect.poll(() => refreshNow.mock.calls.length).toBeGreaterThan(0);
  expect(isAnswered).toBe(false);
  resolve();
  const page = await getRaw(server.port, (await answer).headers.get("location") ?? "", [HTML]);
  expect(page.body).toContain("t-brand-new");
});

describe("runs", () => {
  const AWAY = new StoreError({ kind: "disk", message: "full", hint: "" });

  test("a page per run, with its output; unknown ones are like every unknown address", async () => {
    work.output = Array.from({ length: 250 }, (_, at) => `line ${at} <b>`);
    work.prompt = "Do <it>.";
    const page = await getRaw(server.port, `/runs/${RUN}`, [HTML]);
    expect(page.status).toBe(200);
    expect(page.headers.get("cache-control")).toBe("private, no-store");
    expect(page.body.match(/<li>line/g)).toHaveLength(200);
    expect(page.body).toContain("<li>line 249 &lt;b&gt;</li>");
    expect(page.body).toContain("Do &lt;it&gt;.");
    const nothing = (await getRaw(server.port, "/nothing-here", [HTML])).body;
    for (const id of ["run-x", "constructor", `${RUN}x`, "x".repeat(300)]) {
      for (const path of [`/runs/${id}`, `/runs/${id}/log`]) {
        const missing = await getRaw(server.port, path, [HTML]);
        expect([missing.status, missing.body], path).toEqual([404, nothing]);
      }
    }
  });

  test("what came after, until the worker ended and all output was sent", async () => {
    work.output = ["one", "two", "three"];
    const news = async (after: string) =>
      JSON.parse((await getRaw(server.port, `/runs/${RUN}/log?after=${after}`)).body);
    expect(await news("1")).toEqual({ lines: ["two", "three"], cut: false, end: 3, live: true });
    expect(await news("3")).toEqual({ lines: [], cut: false, end: 3, live: true });
    expect((await news("-1")).lines).toHaveLength(3);
    work.stored = [storedRun(KEY, { state: "exited", sinceMs: OBSERVED_AT_MS - 10_000 })];
    expect((await news("2")).live).toBe(true);
    expect((await news("3")).live).toBe(false);
    work.output = Array.from({ length: 900 }, (_, at) => String(at));
    expect(await news("3")).toMatchObject({ cut: true, end: 900 });
    expect((await news("3")).lines).toHaveLength(500);
  });

  test("a task's page has all its runs, and says when they cannot be read", async () => {
    work.stored = [storedRun(KEY), storedRun(KEY, { id: "run-older" as RunId, state: "closed" })];
    const page = await getRaw(server.port, `/tasks/${KEY}`, [HTML]);
    expect(page.body).toContain('href="/runs/run-older"');
    vi.spyOn(work.runs.store, "readRuns").mockRejectedValue(AWAY);
    expect((await getRaw(server.port, `/tasks/${KEY}`, [HTML])).body).toContain("Can&#39;t tell: the store");
  });

  test("K67: all runs, newest first, by pages that new runs do not shift; unchanged ones are not sent again", async () => {
    work.stored = Array.from({ length: 51 }, (_, at) => storedRun(KEY, { id: `run-${at}` as RunId }));
    const shown = (body: string) => [...body.matchAll(/<tr id="r-run-(\d+)"/g)].map(([, id]) => Number(id));
    const first = await getRaw(server.port, "/runs", [HTML]);
    expect(shown(first.body)).toEqual(Array.from({ length: 50 }, (_, at) => at));
    expect(first.body).toContain('href="/runs?before=run-49"');
    const older = await getRaw(server.port, "/runs?before=run-49", [HTML]);
    expect(shown(older.body)).toEqual([50]);
    expect(older.body).not.toContain("before=");
    expect((await getRaw(server.port, "/runs?before=nothing", [HTML])).status).toBe(400);
    const tag = first.headers.get("etag") ?? "";
    const again = () => getRaw(server.port, "/runs", [HTML, `If-None-Match: ${tag}`]);
    expect((await again()).status).toBe(304);
    work.stored = work.stored.map((run) => ({ ...run, revision: run.revision + 1 }));
    expect((await again()).status).toBe(200);
  });

  test("while the store cannot be used a run's page says so", async () => {
    vi.spyOn(work.runs.store, "readRun").mockRejectedValue(AWAY);
    const answer = await getRaw(server.port, `/runs/${RUN}`);
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
  });
});

describe("N87: a test notification", () => {
  test("is queued for each channel, or for the one asked for; nothing is sent by the server", async () => {
    const outbox = createMemoryStore();
    const notify = { command: ["say"], ntfy: "https://ntfy.sh/t" };
    const notified = await start({ outbox, config: configSchema.parse({ notify }) });
    onTestFinished(() => notified.close());
    const page = await getRaw(notified.port, "/notifications", [HTML]);
    const fields = { token: tokenIn(page), back: "/notifications" };
    expect(await post("notify-test", { fields }, notified.port)).toMatchObject({ status: 303 });
    const [command, ntfy] = (await outbox.readNotifications(9)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect([command, ntfy]).toMatchObject([
      { channel: "command", kind: "test", state: "waiting", tries: 0 },
      { channel: "ntfy", kind: "test", state: "waiting", tries: 0 },
    ]);
    const shown = await post("notify-test", { fields: { ...fields, channel: "fax" } }, notified.port);
    expect([shown.status, shown.body]).toEqual([409, expect.stringContaining("No channel of notifications")]);
  });

  test("is refused where no channel is set", async () => {
    const answer = await post("notify-test");
    expect([answer.status, answer.body]).toEqual([
      409,
      expect.stringContaining("No channel of notifications"),
    ]);
  });
});
