// What every request must pass, over real sockets: Host, Origin, method, path, size, and the headers of every answer.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getRaw, readerOf, sendRaw, startTestServer, type TestServer } from "../support/web-fixture.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    reader: readerOf({
      "tasks/milestones/m1.md": "# One",
      "tasks/config.yaml": "owner: x",
      "tasks/a.svg": "<svg/>",
    }),
  });
});
afterAll(() => server.close());

const request = (lines: readonly string[]) => sendRaw(server.port, `${lines.join("\r\n")}\r\n\r\n`);

describe("S2: the Host header", () => {
  test.each([
    ["localhost", 200],
    ["LOCALHOST:8005", 200],
    ["localhost.", 200],
    ["localhost.:9000", 200],
    ["127.0.0.1", 200],
    ["127.0.0.1:1", 200],
    ["[::1]", 200],
    ["[::1]:8005", 200],
    ["evil.com", 403],
    ["localhost.evil.com", 403],
    ["127.0.0.1.nip.io", 403],
    ["127.0.0.2", 403],
    ["0.0.0.0", 403],
    ["localhost..", 403],
    ["", 400],
    [".", 400],
    ["[::1%25x]", 400],
    ["localhost, evil.com", 400],
    ["user@localhost", 400],
    ["localhost/evil", 400],
    ["localhost:80x", 400],
  ])("%s is answered with %d", async (host, status) => {
    expect((await request(["GET /livez HTTP/1.1", `Host: ${host}`])).status).toBe(status);
  });

  test("two Hosts, none, and HTTP/1.0 without one are refused", async () => {
    expect((await request(["GET /livez HTTP/1.1", "Host: localhost", "Host: evil.com"])).status).toBe(400);
    expect((await request(["GET /livez HTTP/1.1", "Host: localhost", "Host: localhost"])).status).toBe(400);
    expect((await request(["GET /livez HTTP/1.1"])).status).toBe(400);
    expect((await request(["GET /livez HTTP/1.0"])).status).toBe(400);
  });

  test.each(["/status", "/status.json", "/status/events", "/assets/x/y", "/nowhere", "/metrics"])(
    "%s refuses a foreign Host without naming the repository",
    async (path) => {
      const answer = await request([`GET ${path} HTTP/1.1`, "Host: evil.com", "Accept: text/html"]);
      expect(answer.status).toBe(403);
      expect(answer.body).not.toContain("dataface");
      expect(answer.body).toContain("allowed_hosts");
    },
  );

  test("S23: headers of proxies change nothing", async () => {
    const forged = ["X-Forwarded-Host: localhost", "Forwarded: host=localhost"];
    expect((await request(["GET /livez HTTP/1.1", "Host: evil.com", ...forged])).status).toBe(403);
    const forwarded = ["X-Forwarded-Host: evil.com", "X-Forwarded-For: 1.2.3.4"];
    expect((await getRaw(server.port, "/livez", forwarded)).status).toBe(200);
  });
});

describe("S3: the Origin header", () => {
  test.each([
    ["http://localhost", 200],
    ["HTTP://LOCALHOST", 200],
    ["http://localhost:3000", 403],
    ["http://evil.com", 403],
    ["null", 403],
    ["http://127.0.0.1", 403],
    ["http://93.184.216.34", 403],
    ["http://localhost/", 403],
    ["", 403],
  ])("Origin %s is answered with %d", async (origin, status) => {
    const answer = await getRaw(server.port, "/livez", [`Origin: ${origin}`]);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("H11: what is not GET or HEAD", () => {
  test.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "CONNECT", "BREW"])(
    "%s is 405 with Allow",
    async (method) => {
      const target = method === "CONNECT" ? "localhost:80" : "/status";
      const answer = await request([`${method} ${target} HTTP/1.1`, "Host: localhost"]);
      expect(answer.status).toBe(405);
      expect(answer.headers.get("allow")).toBe("GET, HEAD");
      expect(answer.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    },
  );

  test("a body over the cap is 413, a body at all ends the connection", async () => {
    const large = await request(["POST /status HTTP/1.1", "Host: localhost", "Content-Length: 70000"]);
    expect(large.status).toBe(413);
    expect(large.headers.get("connection")).toBe("close");
    const chunked = await getRaw(server.port, "/livez", ["Transfer-Encoding: chunked"]);
    expect(chunked.headers.get("connection")).toBe("close");
  });

  test("an address over the cap is 414, even one that does not fit the parser; headers over theirs 431", async () => {
    expect((await getRaw(server.port, `/status?text=${"x".repeat(5000)}`)).status).toBe(414);
    expect((await getRaw(server.port, `/${"x".repeat(40_000)}`)).status).toBe(414);
    expect((await getRaw(server.port, "/livez", [`X-Long: ${"x".repeat(40_000)}`])).status).toBe(431);
  });
});

describe("S9: the path", () => {
  const odd = [
    "/docs/../config.yaml",
    "/docs/milestones/../../secret.md",
    "/docs/%2e%2e/secret.md",
    "/docs/%252e%252e/secret.md",
    "/docs/..%2fsecret.md",
    "/docs/milestones%2fm1.md",
    "/docs/milestones\\m1.md",
    "/docs/milestones%5cm1.md",
    "/docs//milestones/m1.md",
    "/docs/./milestones/m1.md",
    "/docs/milestones/m1.md.",
    "/docs/milestones/m1.md%20",
    "/docs/milestones./m1.md",
    "/docs/milestones/m1.md%00",
    "/docs/milestones/m1.md#x",
    "/docs/%c0%ae%c0%ae/secret.md",
    "/docs/%e0%80%ae/secret.md",
    "/docs/%zz",
    "/docs/a.svg",
    "/docs/config.yaml",
    "/docs/milestones/M1.MD",
    "/docs/C:/windows/win.ini",
    "/docs/milestones/m1.md::$DATA",
    "/docs/.git/config",
    "/docs/milestones/",
    "/docs/milestones",
    "/docs/nowhere.md",
    "/nowhere",
    "http://localhost/docs/milestones/m1.md",
    "//localhost/status",
    "*",
  ];

  test.each(odd)("%s is 404 with the same body as any other", async (path) => {
    for (const accept of ["Accept: text/html", "Accept: */*"]) {
      const answer = await getRaw(server.port, path, [accept]);
      const plain = await getRaw(server.port, "/nothing-here", [accept]);
      expect(answer.status).toBe(404);
      expect(answer.body).toBe(plain.body);
    }
  });

  test("the plain spelling is served, and a query does not change what", async () => {
    const plain = await getRaw(server.port, "/docs/milestones/m1.md", ["Accept: text/html"]);
    expect(plain.status).toBe(200);
    expect((await getRaw(server.port, "/docs/milestones/m1.md?raw", ["Accept: text/html"])).body).toBe(
      plain.body,
    );
    expect((await getRaw(server.port, "/docs/milestones/%6d1.md", ["Accept: text/html"])).body).toBe(
      plain.body,
    );
  });
});

test.each([
  ["a page", "GET /status HTTP/1.1\r\nHost: localhost"],
  ["JSON", "GET /status.json HTTP/1.1\r\nHost: localhost"],
  ["other routes", "GET /activity HTTP/1.1\r\nHost: localhost"],
  ["an unknown page", "GET /nowhere HTTP/1.1\r\nHost: localhost"],
  ["a health check", "GET /livez HTTP/1.1\r\nHost: localhost"],
  ["metrics", "GET /metrics HTTP/1.1\r\nHost: localhost"],
  ["the redirect", "GET / HTTP/1.1\r\nHost: localhost"],
  ["a refused stream", "GET /status/events HTTP/1.1\r\nHost: localhost"],
  ["a foreign Host", "GET / HTTP/1.1\r\nHost: evil.com"],
  ["a refused method", "POST / HTTP/1.1\r\nHost: localhost"],
  ["a broken request", "GET / HTTP/9.9\r\nHost: localhost"],
  ["no HTTP at all", "hello there"],
])("S7, H11: %s carries the security headers, a charset and no CORS", async (_name, head) => {
  const { headers } = await sendRaw(server.port, `${head}\r\n\r\n`);
  expect(headers.get("content-security-policy")).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
      "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
  );
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("referrer-policy")).toBe("no-referrer");
  expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
  expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
  expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  expect(headers.get("warning")).toBeNull();
  if (headers.get("content-length") !== "0") expect(headers.get("content-type")).toContain("charset=utf-8");
});

test("S1: with a token, everything but the health checks asks for it; Bearer and Basic both carry it", async () => {
  const guarded = await startTestServer({ access: { kind: "token", token: "a-token-long-enough" } });
  try {
    const status = async (path: string, authorization?: string) =>
      (
        await getRaw(
          guarded.port,
          path,
          authorization === undefined ? [] : [`Authorization: ${authorization}`],
        )
      ).status;
    expect(await status("/status")).toBe(401);
    expect(await status("/status.json")).toBe(401);
    expect(await status("/status/events")).toBe(401);
    expect(await status("/metrics")).toBe(401);
    expect(await status("/livez")).toBe(200);
    expect(await status("/readyz")).toBe(200);
    expect(await status("/status", "Bearer a-token-long-enough")).toBe(200);
    expect(await status("/status", `Basic ${btoa("anyone:a-token-long-enough")}`)).toBe(200);
    expect(await status("/status", "Bearer a-token-long-enougH")).toBe(401);
    expect(await status("/status", `Basic ${btoa("a-token-long-enough")}`)).toBe(401);
    expect((await getRaw(guarded.port, "/status")).headers.get("www-authenticate")).toContain("Basic realm=");
  } finally {
    await guarded.close();
  }
});
