// Who may act through pages, what a request must carry, and where it leads.

import { describe, expect, test } from "vitest";
import type { ServerOptions } from "../../src/web/server/server.ts";
import { type RawAnswer, sendRaw } from "../support/web-fixture.ts";
import { ActingServer, FORM, HTML, JSON_TYPE, KEY, RUN, SAME_ORIGIN, tokenIn } from "./acting-server.ts";

const acting = new ActingServer();
const { work } = acting;

describe("S4: what a request must carry", () => {
  const json = (body: object) => ({ body: JSON.stringify({ task: "milestone-burn-up", ...body }) });
  const withToken = () => `Tasks-Token: ${acting.token}`;

  test.each<[string, () => Promise<RawAnswer>, number, string | null]>([
    ["a form of our page", () => acting.kickoff(), 303, null],
    [
      "its Origin too",
      () => acting.kickoff({ headers: [FORM, SAME_ORIGIN, "Origin: http://localhost"] }),
      303,
      null,
    ],
    [
      "an old browser's, with its Origin",
      () => acting.kickoff({ headers: [FORM, "Origin: http://localhost"] }),
      303,
      null,
    ],
    ["a charset", () => acting.kickoff({ headers: [`${FORM}; charset=UTF-8`, SAME_ORIGIN] }), 303, null],
    ["by address", () => acting.kickoff({ host: "127.0.0.1:8005" }), 303, null],
    ["by address 6", () => acting.kickoff({ host: "[::1]" }), 303, null],
    [
      "JSON with its token",
      () => acting.kickoff({ ...json({}), headers: [JSON_TYPE, SAME_ORIGIN, withToken()] }),
      200,
      null,
    ],

    [
      "text/plain",
      () => acting.kickoff({ headers: ["Content-Type: text/plain", SAME_ORIGIN] }),
      415,
      "media_type_refused",
    ],
    [
      "multipart",
      () => acting.kickoff({ headers: ["Content-Type: multipart/form-data; boundary=x", SAME_ORIGIN] }),
      415,
      "media_type_refused",
    ],
    ["no type at all", () => acting.kickoff({ headers: [SAME_ORIGIN] }), 415, "media_type_refused"],
    ["neither Origin nor site", () => acting.kickoff({ headers: [FORM] }), 403, "foreign_form"],
    [
      "cross-site",
      () => acting.kickoff({ headers: [FORM, "Sec-Fetch-Site: cross-site"] }),
      403,
      "foreign_form",
    ],
    [
      "same-site",
      () => acting.kickoff({ headers: [FORM, "Sec-Fetch-Site: same-site"] }),
      403,
      "foreign_form",
    ],
    ["typed by hand", () => acting.kickoff({ headers: [FORM, "Sec-Fetch-Site: none"] }), 403, "foreign_form"],
    [
      "a foreign Origin",
      () => acting.kickoff({ headers: [FORM, SAME_ORIGIN, "Origin: http://evil.com"] }),
      403,
      "origin_refused",
    ],
    ["Origin null", () => acting.kickoff({ headers: [FORM, "Origin: null"] }), 403, "origin_refused"],
    [
      "another port's Origin",
      () => acting.kickoff({ headers: [FORM, "Origin: http://localhost:3000"] }),
      403,
      "origin_refused",
    ],
    [
      "no token",
      () => acting.kickoff({ body: "task=milestone-burn-up", headers: [FORM, SAME_ORIGIN] }),
      403,
      "form_token_refused",
    ],
    [
      "another token",
      () => acting.kickoff({ fields: { token: `${acting.token}x` }, headers: [FORM, SAME_ORIGIN] }),
      403,
      "form_token_refused",
    ],
    [
      "JSON without a token",
      () => acting.kickoff({ ...json({}), headers: [JSON_TYPE, SAME_ORIGIN] }),
      403,
      "form_token_refused",
    ],
    [
      "JSON with the token inside",
      () => acting.kickoff({ ...json({ token: acting.token }), headers: [JSON_TYPE, SAME_ORIGIN] }),
      403,
      "form_token_refused",
    ],
    [
      "JSON that is none",
      () => acting.kickoff({ body: "{", headers: [JSON_TYPE, SAME_ORIGIN, withToken()] }),
      400,
      "body_malformed",
    ],
    [
      "JSON that is a list",
      () => acting.kickoff({ body: "[]", headers: [JSON_TYPE, SAME_ORIGIN, withToken()] }),
      400,
      "body_malformed",
    ],
    [
      "JSON in JSON",
      () => acting.kickoff({ ...json({ task: {} }), headers: [JSON_TYPE, SAME_ORIGIN, withToken()] }),
      400,
      "body_malformed",
    ],
    [
      "too much",
      () => acting.kickoff({ body: "x".repeat(70_000), headers: [FORM, SAME_ORIGIN] }),
      413,
      "body_too_large",
    ],
    ["no task", () => acting.post("kickoff", { headers: [FORM, SAME_ORIGIN] }), 400, "parameter_invalid"],
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
    const answer = await sendRaw(acting.port, `${head.join("\r\n")}\r\n\r\n${chunk.repeat(9)}`);
    expect(answer.status).toBe(413);
    expect(answer.headers.get("connection")).toBe("close");
  });

  test("the token of another start is refused, and what was typed can be sent again", async () => {
    const other = await acting.start();
    try {
      const answer = await acting.post(
        "answer",
        { fields: { run: RUN, question: "1", answer: "eu <b>" } },
        other.port,
      );
      expect(answer.status).toBe(403);
      expect(work.calls).toEqual([]);
      expect(answer.body).toContain('name="answer" rows="4">eu &lt;b&gt;</textarea>');
      const again = await acting.post(
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
        acting.port,
        `${method} /actions/pause HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      );
      expect([answer.status, answer.headers.get("allow")], method).toEqual([405, "POST"]);
    }
    for (const path of ["/status", "/runs/x", "/actions/nothing", "/actions/", "/actions"]) {
      const answer = await sendRaw(
        acting.port,
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
    const other = await acting.start({
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
        `token=${acting.token}`,
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
    const other = await acting.start({
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
    const answer = await acting.post("resume", { fields: { back } });
    const [, path, ref] = /^(.*)[?&]done=([\w-]{22})$/.exec(answer.headers.get("location") ?? "") ?? [];
    expect([answer.status, path, ref === undefined]).toEqual([303, location, false]);
    expect(answer.headers.get("set-cookie")).toBeNull();
  });
});
