// Pages of runs, over real sockets.

import { describe, expect, test, vi } from "vitest";
import type { RunId } from "../../src/core/contract/run.ts";
import { StoreError } from "../../src/ports/store/store-error.ts";
import { storedRun } from "../support/sample-runs.ts";
import { OBSERVED_AT_MS } from "../support/sample-snapshot.ts";
import { getRaw } from "../support/web-fixture.ts";
import { ActingServer, HTML, KEY, RUN } from "./acting-server.ts";

const acting = new ActingServer();
const { work } = acting;

describe("runs", () => {
  const AWAY = new StoreError({ kind: "disk", message: "full", hint: "" });

  test("a page per run, with its output; unknown ones are like every unknown address", async () => {
    work.output = Array.from({ length: 250 }, (_, at) => `line ${at} <b>`);
    work.prompt = "Do <it>.";
    const page = await getRaw(acting.port, `/runs/${RUN}`, [HTML]);
    expect(page.status).toBe(200);
    expect(page.headers.get("cache-control")).toBe("private, no-store");
    expect(page.body.match(/<li>line/g)).toHaveLength(200);
    expect(page.body).toContain("<li>line 249 &lt;b&gt;</li>");
    expect(page.body).toContain("Do &lt;it&gt;.");
    const nothing = (await getRaw(acting.port, "/nothing-here", [HTML])).body;
    for (const id of ["run-x", "constructor", `${RUN}x`, "x".repeat(300)]) {
      for (const path of [`/runs/${id}`, `/runs/${id}/log`]) {
        const missing = await getRaw(acting.port, path, [HTML]);
        expect([missing.status, missing.body], path).toEqual([404, nothing]);
      }
    }
  });

  test("what came after, until the worker ended and all output was sent", async () => {
    work.output = ["one", "two", "three"];
    const news = async (after: string) =>
      JSON.parse((await getRaw(acting.port, `/runs/${RUN}/log?after=${after}`)).body);
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
    const page = await getRaw(acting.port, `/tasks/${KEY}`, [HTML]);
    expect(page.body).toContain('href="/runs/run-older"');
    vi.spyOn(work.runs.store, "readRuns").mockRejectedValue(AWAY);
    expect((await getRaw(acting.port, `/tasks/${KEY}`, [HTML])).body).toContain("Can&#39;t tell: the store");
  });

  test("K67: all runs, newest first, by pages that new runs do not shift; unchanged ones are not sent again", async () => {
    work.stored = Array.from({ length: 51 }, (_, at) => storedRun(KEY, { id: `run-${at}` as RunId }));
    const shown = (body: string) => [...body.matchAll(/<tr id="r-run-(\d+)"/g)].map(([, id]) => Number(id));
    const first = await getRaw(acting.port, "/runs", [HTML]);
    expect(shown(first.body)).toEqual(Array.from({ length: 50 }, (_, at) => at));
    expect(first.body).toContain('href="/runs?before=run-49"');
    const older = await getRaw(acting.port, "/runs?before=run-49", [HTML]);
    expect(shown(older.body)).toEqual([50]);
    expect(older.body).not.toContain("before=");
    expect((await getRaw(acting.port, "/runs?before=nothing", [HTML])).status).toBe(400);
    const tag = first.headers.get("etag") ?? "";
    const again = () => getRaw(acting.port, "/runs", [HTML, `If-None-Match: ${tag}`]);
    expect((await again()).status).toBe(304);
    work.stored = work.stored.map((run) => ({ ...run, revision: run.revision + 1 }));
    expect((await again()).status).toBe(200);
  });

  test("while the store cannot be used a run's page says so", async () => {
    vi.spyOn(work.runs.store, "readRun").mockRejectedValue(AWAY);
    const answer = await getRaw(acting.port, `/runs/${RUN}`);
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
  });
});
