import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Letter } from "../../ports/system/messenger.ts";
import type { CommandRequest } from "../../ports/system/run-command.ts";
import { runCommand } from "../exec/run-command.ts";
import { createMessenger } from "./messenger.ts";
import type { PostOptions } from "./post.ts";
import { retryAfterMs } from "./retry-after.ts";

const LETTER: Letter = {
  id: "ntfy needs_you fix-login needs_answer 1",
  kind: "needs_you",
  key: "fix-login",
  title: "Needs you: Größe – 日本",
  text: "claude asks: “Which region?”\n2 tasks",
  atMs: Date.UTC(2026, 2, 24, 12),
  url: "http://127.0.0.1:7377/tasks/fix-login",
};

type Seen = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  body: string;
};

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A receiver on this machine that answers as it is given. */
async function receiver(answer: (response: ServerResponse, seen: Seen) => void) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const one: Seen = {
      method: request.method ?? "",
      url: request.url ?? "",
      headers: request.headers,
      body: "",
    };
    seen.push(one);
    request.on("data", (chunk) => {
      one.body += chunk;
    });
    request.on("end", () => answer(response, one));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { seen, port, host: `127.0.0.1:${port}` };
}

const ok = (response: ServerResponse) => void response.writeHead(200).end("ok");

function send(
  address: string,
  allow: readonly string[],
  posts: PostOptions = {},
  signal = new AbortController().signal,
) {
  const messenger = createMessenger({ environment: {}, folder: "/", run: runCommand, posts });
  return messenger.send(LETTER, { channel: "webhook", address, allow }, signal);
}

const why = async (delivery: ReturnType<typeof send>) => {
  const done = await delivery;
  return done.kind === "sent" ? "sent" : done.why;
};

describe("N80: what a receiver gets", () => {
  test("a webhook: JSON", async () => {
    const { seen, host } = await receiver(ok);
    expect(await why(send(`http://${host}/hook?key=1`, [host]))).toBe("sent");
    expect([seen[0]?.method, seen[0]?.url, seen[0]?.headers["content-type"]]).toEqual([
      "POST",
      "/hook?key=1",
      "application/json",
    ]);
    const { id, kind, title, text, url: link } = LETTER;
    const at = "2026-03-24T12:00:00.000Z";
    expect(JSON.parse(seen[0]?.body ?? "")).toEqual({
      version: 1,
      id,
      kind,
      title,
      text,
      at,
      task: "fix-login",
      url: link,
    });
  });

  test("ntfy: text, title and link in headers that are ASCII, login from the address", async () => {
    const { seen, host } = await receiver(ok);
    const messenger = createMessenger({ environment: {}, folder: "/", run: runCommand });
    const address = `http://dave:s%20cret@${host}/topic`;
    const signal = new AbortController().signal;
    expect(await messenger.send(LETTER, { channel: "ntfy", address, allow: ["127.0.0.1"] }, signal)).toEqual({
      kind: "sent",
    });
    const headers = seen[0]?.headers ?? {};
    expect([seen[0]?.url, seen[0]?.body, headers["click"]]).toEqual(["/topic", LETTER.text, LETTER.url]);
    expect(headers["authorization"]).toBe(`Basic ${Buffer.from("dave:s cret").toString("base64")}`);
    const [, encoded = ""] = /^=\?UTF-8\?B\?(.*)\?=$/.exec(String(headers["title"])) ?? [];
    expect(Buffer.from(encoded, "base64").toString()).toBe(LETTER.title);
  });
});

describe("N84: faults of a receiver", () => {
  test("an error, a request to wait, a broken connection", async () => {
    const failing = await receiver((response) => void response.writeHead(500).end());
    expect(await why(send(`http://${failing.host}/secret`, ["127.0.0.1"]))).toBe("127.0.0.1 answered 500");
    const busy = await receiver((response) => void response.writeHead(429, { "Retry-After": "90" }).end());
    expect(await send(`http://${busy.host}/`, ["127.0.0.1"])).toEqual({
      kind: "failed",
      why: "127.0.0.1 answered 429",
      retryAfterMs: 90_000,
    });
    const resetting = await receiver((response) => void response.socket?.resetAndDestroy());
    expect(await why(send(`http://${resetting.host}/`, ["127.0.0.1"]))).toBe(
      "127.0.0.1 broke the connection",
    );
  });

  test("one that never answers, or answers drop by drop, is waited for as long as the limit", async () => {
    const silent = await receiver(() => {});
    const limited = { timeoutMs: 150 };
    const late = "127.0.0.1 did not answer within 0.15 s";
    expect(await why(send(`http://${silent.host}/`, ["127.0.0.1"], limited))).toBe(late);
    const dripping = await receiver((response) => void response.socket?.write("HTTP/1.1 200 O"));
    expect(await why(send(`http://${dripping.host}/`, ["127.0.0.1"], limited))).toBe(late);
    const hanging = { ...limited, resolve: () => new Promise<never>(() => {}) };
    expect(await why(send("https://hooks.example/", [], hanging))).toMatch(/^hooks\.example did not answer/);
  });

  test("a stop ends it at once", async () => {
    const { host } = await receiver(() => {});
    const stopping = new AbortController();
    const sending = why(send(`http://${host}/`, ["127.0.0.1"], {}, stopping.signal));
    stopping.abort();
    expect(await sending).toBe("it was stopped");
  });

  test("S21: an endless answer is cut off", async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const { host } = await receiver((response) => {
      let bytes = 0;
      response.on("close", () => resolve(bytes));
      const pour = () => {
        while (!response.destroyed) {
          bytes += 16_384;
          if (!response.write("x".repeat(16_384))) return void response.once("drain", pour);
        }
      };
      response.writeHead(200);
      pour();
    });
    expect(await why(send(`http://${host}/`, ["127.0.0.1"]))).toBe("sent");
    // What the sockets of both sides hold is sent as well.
    expect(await promise).toBeLessThan(64 * 1024 * 1024);
  });

  test.each<[string, number | null]>([
    ["0", 0],
    ["120", 120_000],
    [" 7 ", 7_000],
    ["999999999", 86_400_000],
    ["Tue, 24 Mar 2026 12:00:30 GMT", 30_000],
    ["Tue, 24 Mar 2026 11:00:00 GMT", 0],
    ["-1", null],
    ["1.5", null],
    ["soon", null],
    ["", null],
  ])("Retry-After: %j", (header, ms) => expect(retryAfterMs(header, LETTER.atMs)).toBe(ms));
});

describe("S21: no request to a private network", () => {
  test("an address of this machine that is not listed is not connected to", async () => {
    const { seen, host, port } = await receiver(ok);
    for (const address of [
      `http://${host}/`,
      `https://${host}/`,
      `https://localhost:${port}/`,
      `https://[::1]:${port}/`,
    ])
      expect(await why(send(address, ["ntfy.lan"]))).toMatch(/^it is not https|not a public address/);
    expect(seen).toEqual([]);
  });

  test.each([
    "127.0.0.1",
    "10.0.0.1",
    "169.254.169.254",
    "::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "fe80::1",
  ])("a public name that leads to %s is refused, also beside a public address", async (address) => {
    const family = address.includes(":") ? 6 : 4;
    const resolve = async () => [
      { address: "8.8.8.8", family: 4 },
      { address, family },
    ];
    expect(await why(send("https://127.0.0.1.nip.io/", [], { resolve }))).toMatch(
      /^127\.0\.0\.1\.nip\.io leads to .*, not a public address/,
    );
  });

  test("the connection goes to the address that was judged: a second answer of the resolver is never asked for", async () => {
    const { seen, port } = await receiver(ok);
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      return [{ address: "127.0.0.1", family: 4 }];
    };
    const address = `http://ntfy.lan:${port}/topic`;
    expect(await why(send(address, [`ntfy.lan:${port}`], { resolve }))).toBe("sent");
    expect([asked, seen[0]?.headers.host]).toEqual([1, `ntfy.lan:${port}`]);
  });

  test("a redirect is not followed", async () => {
    const inner = await receiver(ok);
    const outer = await receiver((response) => {
      response.writeHead(307, { Location: `http://${inner.host}/` }).end();
    });
    expect(await why(send(`http://${outer.host}/`, ["127.0.0.1"]))).toBe(
      "127.0.0.1 answered with a redirect (307), which is not followed",
    );
    expect(inner.seen).toEqual([]);
  });

  test("S20: no failure has the path, the parameters or the login of an address in it", async () => {
    const refused = async () => {
      throw Object.assign(new Error("getaddrinfo ENOTFOUND SECRET"), { code: "ENOTFOUND" });
    };
    const { host, port } = await receiver((response) => void response.writeHead(404, "SECRET").end("SECRET"));
    for (const sending of [
      send("https://SECRET:SECRET@hooks.example/SECRET?k=SECRET", [], { resolve: refused }),
      send(`http://SECRET@${host}/SECRET`, ["127.0.0.1"]),
      send(`http://127.0.0.1:${port}/SECRET`, []),
      send("SECRET", []),
    ]) {
      const text = await why(sending);
      expect(text).not.toBe("sent");
      expect(text).not.toContain("SECRET");
    }
  });
});

describe("N80: the command", () => {
  const environment = {
    PATH: ["relative/bin", "/usr/bin", ".", "/bin"].join(delimiter),
    HOME: "/home/dave",
    LANG: "de_DE.UTF-8",
    DBUS_SESSION_BUS_ADDRESS: "unix:path=/run/bus",
    GH_TOKEN: "SECRET",
    TASKS_TOKEN: "SECRET",
    AWS_SECRET_ACCESS_KEY: "SECRET",
    NODE_OPTIONS: "--require /tmp/evil.js",
    LD_PRELOAD: "/tmp/evil.so",
  };

  test("gets its words in three variables, and of the rest only what names no secret", async () => {
    const requests: CommandRequest[] = [];
    const messenger = createMessenger({
      environment,
      folder: "/home/dave",
      run: async (request) => {
        requests.push(request);
        return await runCommand({ ...request, program: "true", cwd: "/" });
      },
    });
    const command = ["notify-send", "$TASKS_TITLE", "; rm -rf /"];
    const { signal } = new AbortController();
    expect(await messenger.send(LETTER, { channel: "command", command }, signal)).toEqual({ kind: "sent" });
    expect(requests).toMatchObject([
      { program: "notify-send", args: ["$TASKS_TITLE", "; rm -rf /"], cwd: "/home/dave", timeoutMs: 10_000 },
    ]);
    expect(requests[0]?.env).toEqual({
      PATH: ["/usr/bin", "/bin"].join(delimiter),
      HOME: "/home/dave",
      LANG: "de_DE.UTF-8",
      DBUS_SESSION_BUS_ADDRESS: "unix:path=/run/bus",
      TASKS_TITLE: LETTER.title,
      TASKS_TEXT: LETTER.text,
      TASKS_URL: LETTER.url,
    });
  });

  test("that fails or is no program says so", async () => {
    const messenger = createMessenger({ environment, folder: "/", run: runCommand });
    const { signal } = new AbortController();
    const start = async (...command: string[]) =>
      await messenger.send(LETTER, { channel: "command", command }, signal);
    expect(await start("false")).toMatchObject({ kind: "failed", why: "false failed with exit code 1" });
    expect(await start("tasks-no-such-program")).toMatchObject({
      why: "tasks-no-such-program could not be started: no such program",
    });
    expect(await start()).toMatchObject({ kind: "failed" });
  });
});
