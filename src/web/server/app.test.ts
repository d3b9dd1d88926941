// The routes over a fake snapshot.

import { describe, expect, test } from "vitest";
import { FakeLiveSnapshot } from "../../../test/support/fake-live-snapshot.ts";
import { sampleRow, sampleRows, sampleSnapshot } from "../../../test/support/sample-snapshot.ts";
import { readerOf, responseOf, webContext } from "../../../test/support/web-fixture.ts";
import type { ActivityEvent } from "../../core/contract/activity.ts";
import { StoreError } from "../../ports/store/store-error.ts";
import { taskUrl, workstreamUrl } from "../addresses/links.ts";
import { createScrape } from "../metrics/metrics.ts";
import type { WebContext } from "../routes/request/web-context.ts";
import { createApp } from "./app.ts";

function site(changes: Partial<WebContext> = {}) {
  const context = webContext(changes);
  const app = createApp(context, {
    scrape: createScrape({ ...context, viewers: () => 3 }),
    stream: () => null,
    streamCookie: () => "",
  });
  const get = (path: string, headers: Record<string, string> = { accept: "text/html" }, method = "GET") =>
    responseOf(app, path, { headers, method });
  return { ...context, get };
}

const twins = [
  sampleRow({ key: "infra/twin", slug: "twin", workstream: "infra", group: "ready" }),
  sampleRow({ key: "data/twin", slug: "twin", workstream: "data", group: "ready" }),
];

const half = sampleRow({ key: "50%: half\\done", group: "planned", workstream: "a:b" });
const odd = sampleRow({ key: "grün-✓-\u202etxt", group: "planned", title: "\u202eodd <b>&\u0000" });

describe("tasks", () => {
  const { get } = site({
    live: FakeLiveSnapshot.showing(sampleSnapshot([...sampleRows(), ...twins, odd, half])),
    reader: readerOf({ "tasks/workstreams/infra-tooling/tasks/port-bundles.md": "# Body of the file" }),
  });

  test.each([
    ["/tasks/port-bundles", 200, "Body of the file"],
    ["/tasks/infra-tooling/port-bundles", 200, "Body of the file"],
    ["/tasks/infra/twin", 200, "Twin"],
    ["/tasks/twin", 300, "/tasks/data/twin"],
    ["/tasks/elsewhere/port-bundles", 404, "Not found"],
    ["/tasks/nothing", 404, "Not found"],
    ["/tasks/constructor", 404, "Not found"],
    [`/tasks/${encodeURIComponent(odd.key)}`, 200, "odd &lt;b&gt;&amp;"],
    [taskUrl(half.key), 200, "50%: half\\done"],
    [workstreamUrl("a:b"), 200, "50%: half\\done"],
    ["/tasks?slug=twin", 300, "/tasks/data/twin"],
    ["/tasks", 404, "Not found"],
    ["/workstreams", 404, "Not found"],
    ["/milestones?slug=nothing", 404, "Not found"],
    ["/workstreams/infra-tooling", 200, "port-bundles"],
    ["/workstreams/nowhere", 404, "Not found"],
    ["/milestones/m1-pilot", 200, "m1-pilot"],
    ["/milestones/__proto__", 404, "Not found"],
  ])("%s is %d and shows %s", async (path, status, expected) => {
    const response = await get(path);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(expected);
  });

  test("U1: no page but the status page reloads automatically", async () => {
    for (const path of [
      "/tasks/port-bundles",
      "/workstreams/infra-tooling",
      "/activity",
      "/search?q=x",
      "/nowhere",
    ]) {
      expect(await (await get(path)).text()).not.toMatch(/http-equiv="?refresh/i);
    }
  });
});

describe("F10: while the store cannot be used, its history is unknown, not empty", () => {
  const live = FakeLiveSnapshot.showing();
  live.readTransitions = () =>
    Promise.reject(new StoreError({ kind: "disk", message: "The store cannot be used: full.", hint: "" }));
  const { get } = site({ live });

  test("a task's page shows everything else", async () => {
    const response = await get("/tasks/port-bundles");
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("Can&#39;t tell: the store is unavailable");
  });

  test("the activity feed says so", async () => {
    const response = await get("/activity", { accept: "application/json" });
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(await response.json()).toMatchObject({ type: "urn:dataface-tasks:problem:store_unusable" });
  });
});

describe("documents", () => {
  const { get } = site({
    reader: readerOf({ "tasks/milestones/m1.md": "# One", "tasks/config.yaml": "a: 1" }),
  });

  test("a Markdown file under tasks/ is shown, nothing else is", async () => {
    expect(await (await get("/docs/milestones/m1.md")).text()).toContain("One");
    expect((await get("/docs/config.yaml")).status).toBe(404);
    expect((await get("/docs/milestones/m2.md")).status).toBe(404);
  });

  test("S10: what the reader refuses has the same body as what is missing; a file too large says so", async () => {
    const refusing = (reason: "link" | "outside" | "too_large") =>
      site({ reader: { read: async () => ({ kind: "refused", reason }) } }).get("/docs/a.md");
    const missing = await (await get("/docs/none.md")).text();
    expect(await (await refusing("link")).text()).toBe(missing);
    expect(await (await refusing("outside")).text()).toBe(missing);
    expect(await (await refusing("too_large")).text()).toContain("too large".replace("t", "T"));
  });
});

describe("activity", () => {
  const many: ActivityEvent[] = Array.from({ length: 120 }, (_, at) => ({
    kind: "moved",
    id: 120 - at,
    seq: 1,
    atMs: Date.parse("2026-03-24T12:00:00Z") - at * 1000,
    key: `task-${at % 2}`,
    title: `Change ${120 - at}`,
    owner: at % 2 === 0 ? "dave" : "rj",
    from: "ready",
    to: "active",
    reason: "in progress",
  }));
  const live = FakeLiveSnapshot.showing();
  live.transitions = many;
  const { get } = site({ live });
  const shown = (html: string) => new Set(html.match(/Change \d+/g)).size;

  test("pages follow each other by cursor until there is no older one", async () => {
    const seen: number[] = [];
    let url: string | undefined = "/activity?owner=davefowler";
    while (url !== undefined) {
      const html: string = await (await get(url)).text();
      seen.push(shown(html));
      url = /href="(\/activity\?[^"]*before=[^"]*)"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
    }
    expect(seen).toEqual([50, 10]);
  });

  test("since and task narrow it", async () => {
    expect(shown(await (await get("/activity?since=2026-03-24T11:59:55Z&task=task-0")).text())).toBe(3);
  });

  test.each([
    ["?since=yesterdayish", 400],
    ["?group=nonsense", 400],
    ["?before=-1", 400],
    ["?owner=ghost", 404],
  ])("%s is %d", async (query, status) => {
    expect((await get(`/activity${query}`)).status).toBe(status);
  });
});

describe("errors and health", () => {
  test("H4: programs get problem+json, browsers a page", async () => {
    const { get } = site();
    const json = await get("/nowhere", { accept: "application/json" });
    expect(json.status).toBe(404);
    expect(json.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    expect(await json.json()).toMatchObject({
      type: "urn:dataface-tasks:problem:not_found",
      title: "Not found",
      status: 404,
    });
    expect((await get("/nowhere")).headers.get("content-type")).toBe("text/html; charset=utf-8");
  });

  test("S20: a bug is logged, and the answer says nothing about it", async () => {
    const logged: unknown[] = [];
    const { get } = site({
      reader: { read: () => Promise.reject(new Error("ghp_secret in /home/dave/repo")) },
      log: { info: () => {}, warn: () => {}, error: (fields) => logged.push(fields) },
    });
    for (const accept of ["text/html", "application/json"]) {
      const response = await get("/docs/a.md", { accept });
      expect(response.status).toBe(500);
      expect(await response.text()).not.toMatch(/ghp_secret|home|Error|at .*\.ts/);
    }
    expect(logged).toHaveLength(2);
  });

  test("H6: /readyz is 503 before the first snapshot, /livez never; neither asks for a cycle", async () => {
    const { get, live } = site({ live: new FakeLiveSnapshot() });
    expect((await get("/livez")).status).toBe(200);
    expect((await get("/readyz")).status).toBe(503);
    expect(live.refreshes).toEqual([]);
    expect((await get("/activity")).status).toBe(503);
    expect((await get("/activity")).headers.get("retry-after")).toBe("2");
    expect((await get("/docs/a.md", { accept: "*/*" })).headers.get("content-type")).toContain(
      "problem+json",
    );
  });

  test("P19: before the first snapshot page, JSON and /readyz say how far a long update is", async () => {
    const live = new FakeLiveSnapshot();
    const progress = { phase: "reading", done: 41_000, total: 100_000 } as const;
    const known = live.freshness();
    live.freshness = () => ({ ...known, progress });
    const { get } = site({ live });
    const page = await get("/activity", { accept: "text/html" });
    expect([page.status, await page.text()]).toEqual([
      503,
      expect.stringContaining("It is <b>reading 41,000 of 100,000 files</b>."),
    ]);
    const json = await get("/activity", { accept: "application/json" });
    expect([json.status, await json.json()]).toMatchObject([
      503,
      {
        detail:
          "The first update of this repository is reading 41,000 of 100,000 files. Try again in a moment.",
      },
    ]);
    expect(await (await get("/readyz")).json()).toEqual({ status: "starting", progress });
  });

  test("F15: a page waits for an update; one asked for by another site, and news of a log, do not", async () => {
    const { get, live } = site();
    for (const path of ["/activity", "/search?q=a", "/workstreams/app", "/tasks/unknown", "/runs/r1"]) {
      live.refreshes.length = 0;
      await get(path);
      expect([path, ...live.refreshes]).toEqual([path, 1500]);
    }
    live.refreshes.length = 0;
    await get("/activity", { "sec-fetch-site": "cross-site" });
    await get("/runs/r1/log");
    expect(live.refreshes).toEqual([]);
  });

  test("F12: a page whose load was not served says that it is late", async () => {
    const { get, live } = site();
    live.onRefresh = () => "held_back";
    expect(await (await get("/activity")).text()).toContain("Held back.");
  });

  test("H5: HEAD has GET's status and headers, and no body", async () => {
    const { get } = site();
    for (const path of ["/activity", "/nowhere", "/livez", "/schemas/snapshot.v1.json"]) {
      const [got, head] = [await get(path), await get(path, { accept: "text/html" }, "HEAD")];
      expect(head.status).toBe(got.status);
      expect([...head.headers]).toEqual([...got.headers]);
      expect(await head.text()).toBe("");
    }
  });

  test("/ leads to /status and takes the owner along", async () => {
    const { get } = site();
    const response = await get("/?owner=dave");
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe("/status?owner=dave");
  });
});

describe("files", () => {
  test("H2: assets are immutable, compressed when that is understood; other digests are 404", async () => {
    const { get, assets } = site();
    const style = await get(assets.urls.style, { "accept-encoding": "gzip, br" });
    expect(style.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(style.headers.get("content-type")).toBe("text/css; charset=utf-8");
    expect(style.headers.get("content-encoding")).toBe("gzip");
    expect((await get(assets.urls.script, {})).headers.get("content-encoding")).toBeNull();
    expect((await get("/assets/000000000000/status.css")).status).toBe(404);
  });

  test("H8: the schema of /status.json is served as JSON Schema", async () => {
    const { get } = site();
    const schema = (await (await get("/schemas/snapshot.v1.json")).json()) as { properties: object };
    expect(Object.keys(schema.properties)).toEqual(
      expect.arrayContaining(["schema_version", "tasks", "freshness"]),
    );
    expect((await get("/schemas/constructor")).status).toBe(404);
  });
});
