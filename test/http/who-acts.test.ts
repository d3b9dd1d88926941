// Who may act through pages, over real sockets: the server's user by their connection, anyone else by a one-time address.

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createActingUser } from "../../src/adapters/user/acting-user.ts";
import { issueSecret, ONE_TIME_VALID_MS } from "../../src/adapters/user/one-time-addresses.ts";
import type { ServerOptions } from "../../src/web/server/server.ts";
import { type FakeUser, fakeUser } from "../support/acting-user.ts";
import { FakeLiveSnapshot } from "../support/fake-live-snapshot.ts";
import { FakeWork } from "../support/fake-work.ts";
import { attestationAtWork, snapshotAtWork } from "../support/sample-runs.ts";
import { CAN_BE_A_STRANGER, sendAsStranger } from "../support/stranger.ts";
import { getRaw, type RawAnswer, sendRaw, startTestServer, type TestServer } from "../support/web-fixture.ts";

const HTML = "Accept: text/html";
const SENTENCE = "View only. To act, run `tasks open` as mia.";
const DAY_MS = 24 * 60 * 60_000;
const LOG = { info: () => {}, warn: () => {}, error: () => {} };

const work = new FakeWork();
let home: string;
let nowMs: number;
const servers: TestServer[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "tasks-acting-"));
  nowMs = Date.parse("2026-03-24T12:00:00Z");
  work.reset();
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  rmSync(home, { recursive: true, force: true });
});

async function serve(user: ServerOptions["user"], changes: Partial<ServerOptions> = {}): Promise<TestServer> {
  const live = new FakeLiveSnapshot();
  live.show(snapshotAtWork(), attestationAtWork());
  const clock = { wallMs: () => nowMs, monotonicMs: () => 1_000, cpuMs: () => 0 };
  const server = await startTestServer({
    live,
    runs: work.runs,
    actions: work.actions,
    clock,
    user,
    ...changes,
  });
  servers.push(server);
  return server;
}

/** With its key and addresses in files, as a real server's. */
const realUser = () => createActingUser({ name: "mia", stateFolder: home, nowMs: () => nowMs, log: LOG });
const newSecret = () => issueSecret({ stateFolder: home, nowMs: () => nowMs });

const tokenIn = ({ body }: RawAnswer) => /name="token" value="([^"]*)"/.exec(body)?.[1] ?? "";
const cookieIn = ({ headers }: RawAnswer) => headers.get("set-cookie")?.split(";")[0] ?? "";

function postText(token: string, headers: readonly string[] = []): string {
  const body = String(new URLSearchParams({ token, back: "/status", task: "milestone-burn-up" }));
  const lines = [
    "POST /actions/kickoff HTTP/1.1",
    "Host: localhost",
    "Content-Type: application/x-www-form-urlencoded",
    "Sec-Fetch-Site: same-origin",
    `Content-Length: ${body.length}`,
    ...headers,
  ];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

const PAGES = ["/status", "/tasks/milestone-burn-up"];

describe("J21: the user whose connection it is acts", () => {
  test("by its uid, with no cookie", async () => {
    const server = await serve(realUser());
    const page = await getRaw(server.port, "/status", [HTML]);
    expect(page.body).toContain('action="/actions/');
    expect(page.body).not.toContain("View only");
    expect((await sendRaw(server.port, postText(tokenIn(page)))).status).toBe(303);
    expect(work.calls).toHaveLength(1);
  });

  test("the system is asked once for a connection, and not for JSON", async () => {
    const user = fakeUser();
    const server = await serve(user);
    const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${HTML}\r\n\r\n`;
    const many = get("/status").repeat(5) + PAGES.map(get).join("");
    await sendRaw(server.port, `${many}GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(user.asked).toBe(1);
    await getRaw(server.port, "/status.json");
    await getRaw(server.port, "/livez");
    expect(user.asked).toBe(1);
  });
});

describe("J22: another user looks and does not act", () => {
  const pages = async (server: TestServer) => {
    for (const path of PAGES) {
      const page = await getRaw(server.port, path, [HTML]);
      expect(page.status).toBe(200);
      expect(page.body).toContain(SENTENCE);
      expect(page.body).not.toContain("/actions/");
      expect(tokenIn(page)).toBe("");
    }
  };

  test.each(["another_user", "unknown"] as const)(
    "%s: pages show, say how to act, and have no button",
    async (peer) => {
      await pages(await serve(fakeUser(peer)));
    },
  );

  test("what they post is refused in the same words, for a program and on a page", async () => {
    const user = fakeUser();
    const server = await serve(user);
    const token = tokenIn(await getRaw(server.port, "/status", [HTML]));
    user.peer = "another_user";
    const json = await sendRaw(server.port, postText(token));
    expect(json.status).toBe(403);
    expect(json.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    expect(JSON.parse(json.body)).toMatchObject({
      type: "urn:dataface-tasks:problem:actions_refused",
      detail: SENTENCE,
    });
    const page = await sendRaw(server.port, postText(token, [HTML]));
    expect(page.status).toBe(403);
    expect(page.body).toContain(SENTENCE);
    expect(work.calls).toEqual([]);
  });

  test("a real process of another user gets no token, and one it has from elsewhere does not help", async () => {
    const user = realUser();
    // Without root, the connection is judged as that of another user: the same code, but for the system's word.
    const judged = CAN_BE_A_STRANGER ? user : { ...user, peers: fakeUser("another_user").peers };
    const server = await serve(judged);
    const send = CAN_BE_A_STRANGER ? sendAsStranger : sendRaw;
    const page = await send(server.port, `GET /status HTTP/1.1\r\nHost: localhost\r\n${HTML}\r\n\r\n`);
    expect(page.status).toBe(200);
    expect(page.body).toContain(SENTENCE);
    expect(page.body).not.toContain("/actions/");
    const ours = CAN_BE_A_STRANGER ? tokenIn(await getRaw(server.port, "/status", [HTML])) : "any";
    expect((await send(server.port, postText(ours))).status).toBe(403);
    expect(work.calls).toEqual([]);
  });

  test("their page is another one than the user's, by its tag and in what is kept of it", async () => {
    const user = fakeUser();
    const server = await serve(user);
    const mine = await getRaw(server.port, "/status", [HTML]);
    user.peer = "another_user";
    const theirs = await getRaw(server.port, "/status", [HTML]);
    const tag = (page: RawAnswer) => page.headers.get("etag") ?? "";
    expect(tag(theirs)).not.toBe(tag(mine));
    expect((await getRaw(server.port, "/status", [HTML, `If-None-Match: ${tag(mine)}`])).status).toBe(200);
    expect((await getRaw(server.port, "/status", [HTML, `If-None-Match: ${tag(theirs)}`])).status).toBe(304);
  });

  test("a server that only shows says nothing of acting", async () => {
    const server = await serve(fakeUser("another_user"), { actions: null });
    expect((await getRaw(server.port, "/status", [HTML])).body).not.toContain("View only");
  });
});

describe("J23: a one-time address lets a browser act", () => {
  /** A browser of someone whose connection says nothing. */
  const unknown = (): FakeUser | ServerOptions["user"] => ({
    ...realUser(),
    peers: fakeUser("unknown").peers,
  });

  test("it sets the cookie and leads away, and the page has buttons that work", async () => {
    const server = await serve(unknown());
    const opened = await getRaw(server.port, `/open/${newSecret()}`, [HTML]);
    expect(opened.status).toBe(303);
    expect(opened.headers.get("location")).toBe("/opened");
    expect(opened.headers.get("cache-control")).toBe("private, no-store");
    expect(opened.headers.get("referrer-policy")).toBe("no-referrer");
    expect(opened.body).toBe("");
    expect(opened.headers.get("set-cookie")).toMatch(
      /^tasks_acting=[\w.-]+; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/,
    );
    const landing = await getRaw(server.port, "/opened", [HTML]);
    expect(landing.body).toContain('content="0;url=/status"');
    const page = await getRaw(server.port, "/status", [HTML, `Cookie: a=b; ${cookieIn(opened)}`]);
    expect(page.body).toContain('action="/actions/');
    const posted = await sendRaw(server.port, postText(tokenIn(page), [`Cookie: ${cookieIn(opened)}`]));
    expect(posted.status).toBe(303);
    expect(work.calls).toHaveLength(1);
  });

  test("it is good once, for all servers of the user together", async () => {
    const [server, other] = [await serve(unknown()), await serve(unknown())];
    const secret = newSecret();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, at) => getRaw((at % 2 === 0 ? server : other).port, `/open/${secret}`)),
    );
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    const late = await getRaw(server.port, `/open/${secret}`);
    expect(late.status).toBe(403);
    expect(late.headers.get("set-cookie")).toBeNull();
    expect(JSON.parse(late.body).detail).toContain("run `tasks open` as mia");
  });

  test.each([
    ["past its ten minutes", ONE_TIME_VALID_MS + 1],
    ["from later than now", -1_000],
  ])("one %s opens nothing", async (_, passedMs) => {
    const server = await serve(unknown());
    const secret = newSecret();
    nowMs += passedMs;
    expect((await getRaw(server.port, `/open/${secret}`)).status).toBe(403);
  });

  test.each([["HEAD"], ["GET", "Sec-Purpose: prefetch"], ["GET", "Purpose: prefetch"]])(
    "a %s %s uses nothing up",
    async (method, ...headers) => {
      const server = await serve(unknown());
      const secret = newSecret();
      const head = [`${method} /open/${secret} HTTP/1.1`, "Host: localhost", "Connection: close", ...headers];
      expect((await sendRaw(server.port, `${head.join("\r\n")}\r\n\r\n`)).status).toBe(403);
      expect((await getRaw(server.port, `/open/${secret}`)).status).toBe(303);
    },
  );

  test.each(["x", "..", "%2e%2e", "acting.key", "a".repeat(4000)])("%s opens nothing", async (secret) => {
    const server = await serve(unknown());
    expect([403, 404]).toContain((await getRaw(server.port, `/open/${secret}`)).status);
  });

  test("what is kept of an address does not say it, and is private", async () => {
    const secret = newSecret();
    const [name = ""] = readdirSync(join(home, "one-time"));
    const file = join(home, "one-time", name);
    expect(name + readFileSync(file, "utf8")).not.toContain(secret);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, "one-time")).mode & 0o777).toBe(0o700);
    nowMs += 2 * ONE_TIME_VALID_MS;
    // Files have the times of the real clock.
    nowMs = Math.max(nowMs, Date.now() + 2 * ONE_TIME_VALID_MS);
    newSecret();
    expect(readdirSync(join(home, "one-time"))).toHaveLength(1);
  });
});

describe("J24: the cookie", () => {
  const unknown = () => ({ ...realUser(), peers: fakeUser("unknown").peers });
  const opened = async () => cookieIn(await getRaw((await serve(unknown())).port, `/open/${newSecret()}`));
  const acts = async (server: TestServer, cookie: string) =>
    (await getRaw(server.port, "/status", [HTML, `Cookie: ${cookie}`])).body.includes("/actions/");

  test("survives a restart of the server, and is good beside one of another page", async () => {
    const cookie = await opened();
    const restarted = await serve(unknown());
    expect(await acts(restarted, cookie)).toBe(true);
    expect(await acts(restarted, `tasks_acting=forged; ${cookie}`)).toBe(true);
  });

  test.each<[string, (cookie: string) => string]>([
    ["with another signature", (cookie) => `${cookie.slice(0, -1)}${cookie.endsWith("A") ? "B" : "A"}`],
    ["with a later date", (cookie) => cookie.replace(/=(\d)/, (_, digit: string) => `=${Number(digit) + 1}`)],
    ["cut off", (cookie) => cookie.slice(0, 40)],
    ["that is empty", () => "tasks_acting="],
    ["under another name", (cookie) => cookie.replace("tasks_acting", "tasks_other")],
  ])("one %s is none", async (_, change) => {
    const cookie = await opened();
    expect(await acts(await serve(unknown()), change(cookie))).toBe(false);
  });

  test("ends after a month, and before it was issued", async () => {
    const cookie = await opened();
    const server = await serve(unknown());
    nowMs += 29 * DAY_MS;
    expect(await acts(server, cookie)).toBe(true);
    nowMs += 2 * DAY_MS;
    expect(await acts(server, cookie)).toBe(false);
    nowMs -= 40 * DAY_MS;
    expect(await acts(server, cookie)).toBe(false);
  });

  test("of another user of the machine is none", async () => {
    const cookie = await opened();
    const other = { ...unknown(), key: fakeUser().key };
    expect(await acts(await serve(other), cookie)).toBe(false);
  });

  test("lets no one act on a server that only shows, or under a name that is not this machine's", async () => {
    const cookie = await opened();
    expect(await acts(await serve(unknown(), { actions: null }), cookie)).toBe(false);
    const token = { access: { kind: "token", token: "0123456789abcdef" } } as const;
    const withToken = await serve(unknown(), token);
    const asked = await getRaw(withToken.port, "/status", [HTML, `Cookie: ${cookie}`]);
    expect(asked.status).toBe(401);
    const shown = await getRaw(withToken.port, "/status", [
      HTML,
      `Cookie: ${cookie}`,
      "Authorization: Bearer 0123456789abcdef",
    ]);
    expect(shown.status).toBe(200);
    expect(shown.body).not.toContain("/actions/");
  });
});

test("J26: a worker's request does not act, though it is the same user's", async () => {
  const user = fakeUser();
  const server = await serve(user);
  const token = tokenIn(await getRaw(server.port, "/status", [HTML]));
  user.worker = true;
  const refused = await sendRaw(server.port, postText(token));
  expect(refused.status).toBe(403);
  expect(JSON.parse(refused.body).detail).toContain("started by a worker");
  expect(work.calls).toEqual([]);
});
