// /status and /status.json over a fake snapshot: when they refresh, what they keep, and what a tag stands for.

import { describe, expect, test, vi } from "vitest";
import { cookieOf, fakeUser } from "../../../../test/support/acting-user.ts";
import { FakeLiveSnapshot } from "../../../../test/support/fake-live-snapshot.ts";
import { pullRequestsSource, SOURCES, sourcesWith } from "../../../../test/support/sample-pull-requests.ts";
import {
  FRESH,
  OBSERVED_AT_MS,
  STALE,
  sampleAttestation,
  sampleRow,
  sampleSnapshot,
} from "../../../../test/support/sample-snapshot.ts";
import { webContext } from "../../../../test/support/web-fixture.ts";
import { type PullRequestsSource, servedSnapshotSchema } from "../../../core/contract/snapshot.ts";
import { createActionGuard } from "../../access/action-guard.ts";
import type { Answer } from "../../http/answer.ts";
import type { WebContext } from "../request/web-context.ts";
import { createStatusJson } from "../status-json/status-json.ts";
import { createStatusPage } from "./status-route.ts";

type Route = "page" | "json";

const CONNECTION = { remoteAddress: "127.0.0.1", remotePort: 1, localAddress: "127.0.0.1", localPort: 2 };

function routes(changes: Partial<WebContext> = {}) {
  const context = webContext(changes);
  const page = createStatusPage(context, { streamCookie: () => "tasks_stream_1=x" });
  const json = createStatusJson(context);
  const ask = (route: Route, search = "", headers: Record<string, string> = {}) => {
    const sent = { accept: "text/html", ...headers };
    const path = { raw: "/status", search };
    return route === "page" ? page({ headers: sent, socket: CONNECTION }, path) : json(sent, path);
  };
  return { live: context.live, ask };
}

/** Of a server whose user may act on loopback addresses. */
function actingGuard(canAct = true) {
  const user = fakeUser();
  const cookie = cookieOf(user);
  return createActionGuard({
    access: { kind: "loopback" },
    canAct,
    clock: { monotonicMs: () => 0 },
    user,
    cookie,
  });
}

const LOCAL = { host: "localhost:8005" };

const header = (answer: Answer, name: string): string | null => {
  const at = answer.headers.findIndex((text, index) => index % 2 === 0 && text.toLowerCase() === name);
  return at === -1 ? null : (answer.headers[at + 1] ?? null);
};
const text = (answer: Answer) => Buffer.concat(answer.body).toString("utf8");
const state = (answer: Answer) => JSON.parse(header(answer, "tasks-state") ?? "null");

describe.each<Route>(["page", "json"])("/status as %s", (route) => {
  test("test_status_triggers_heartbeat: a load asks for a cycle and shows what it brought", async () => {
    const { live, ask } = routes();
    live.onRefresh = () => {
      live.show(sampleSnapshot([sampleRow({ key: "brand-new", group: "ready" })], { seq: 418 }));
      return "refreshed";
    };
    expect(text(await ask(route))).toContain("brand-new");
    expect(live.refreshes).toEqual([1500]);
  });

  test("F12: a load that was not served is late, and says why", async () => {
    const { live, ask } = routes();
    live.onRefresh = () => "held_back";
    const answer = await ask(route);
    expect(state(answer)).toMatchObject({ state: "late", stale_reason: "rate-limit", detail: "Held back." });
    expect(text(answer)).toContain("Held back.");
    live.onRefresh = () => "refreshed";
    expect(state(await ask(route))).toMatchObject({ state: "fresh" });
  });

  test("S5: a cross-site load asks for none, nor does one that follows a nudge; both show the newest", async () => {
    const { live, ask } = routes();
    expect((await ask(route, "", { "sec-fetch-site": "cross-site" })).status).toBe(200);
    expect((await ask(route, "", { "tasks-nudge": "1" })).status).toBe(200);
    expect(live.refreshes).toEqual([]);
    await ask(route, "", { "sec-fetch-site": "same-origin" });
    expect(live.refreshes).toHaveLength(1);
  });

  test("H1: an unchanged poll is 304 without a body; the tag ignores age and attestation", async () => {
    const { live, ask } = routes();
    const tag = header(await ask(route), "etag") ?? "";
    live.setAge(9000);
    live.attest(
      sampleAttestation({ cycle: 4712, observed_at: new Date(OBSERVED_AT_MS + 9000).toISOString() }),
    );
    const answer = await ask(route, "", { "if-none-match": `"other", ${tag}` });
    expect(answer.status).toBe(304);
    expect(answer.body).toEqual([]);
    expect(header(answer, "etag")).toBe(tag);
    expect(header(answer, "content-type")).toBeNull();
  });

  test("F7: a 304 carries the current age and state, not those of the stored body", async () => {
    const { live, ask } = routes();
    const tag = header(await ask(route), "etag") ?? "";
    live.setAge(31_400);
    const answer = await ask(route, "", { "if-none-match": tag });
    expect(header(answer, "age")).toBe("31");
    expect(state(answer)).toMatchObject({ seq: 417, epoch: 3, state: "fresh", age_ms: 31_400 });
  });

  test("H1: the tag changes when stale flips, when a source fails, and with each publication", async () => {
    const { live, ask } = routes();
    const tags = new Set([header(await ask(route), "etag")]);
    live.become({ ...STALE, state: "late" });
    tags.add(header(await ask(route), "etag"));
    live.become(STALE);
    tags.add(header(await ask(route), "etag"));
    live.become({ ...STALE, stale_reason: "disk" });
    tags.add(header(await ask(route), "etag"));
    live.become(FRESH);
    const { sources } = sampleAttestation();
    live.attest(sampleAttestation({ sources: { ...sources, tasks: { ...sources.tasks, mode: "polling" } } }));
    tags.add(header(await ask(route), "etag"));
    live.publish([sampleRow({ key: "one", group: "ready" })]);
    tags.add(header(await ask(route), "etag"));
    expect(tags.size).toBe(6);
  });

  test("H1: a sync that changes nothing on the page keeps the tag; one that does changes it", async () => {
    const { live, ask } = routes();
    const tagAfter = async (source: PullRequestsSource) => {
      live.attest(sampleAttestation({ sources: sourcesWith(source) }));
      return header(await ask(route), "etag");
    };
    const budget = (remaining: number) => ({ limit: 5000, remaining, resetAtMs: OBSERVED_AT_MS + 600_000 });
    const tag = await tagAfter(pullRequestsSource({ questions: budget(4890) }));
    const later = { questions: budget(4810), observedAtMs: OBSERVED_AT_MS };
    expect(await tagAfter(pullRequestsSource(later))).toBe(tag);
    expect(await tagAfter(pullRequestsSource({ questions: budget(4790) }))).not.toBe(tag);
    expect(await tagAfter(SOURCES.failing)).not.toBe(tag);
    expect(state(await ask(route)).shown).toMatch(/^[\w-]{10}$/);
  });

  test("H2, H3: it must not be stored, Age is the age in seconds, there is no Warning", async () => {
    const { live, ask } = routes();
    live.setAge(12_900);
    const answer = await ask(route);
    expect(header(answer, "cache-control")).toBe("private, no-store");
    expect(header(answer, "age")).toBe("12");
    expect(header(answer, "warning")).toBeNull();
  });

  test("F4, H5: a stale snapshot is 200 and says why", async () => {
    const { live, ask } = routes();
    live.become(STALE);
    const answer = await ask(route);
    expect(answer.status).toBe(200);
    expect(text(answer)).toContain("ran past 15 s");
    expect(state(answer)).toMatchObject({ state: "stale", stale_reason: "timeout", age_ms: 180_000 });
  });

  test("H5: no snapshot at all is 503 with Retry-After, and no Age", async () => {
    const { ask } = routes({ live: new FakeLiveSnapshot() });
    const answer = await ask(route);
    expect(answer.status).toBe(503);
    expect(header(answer, "retry-after")).toBe("2");
    expect(header(answer, "age")).toBeNull();
    expect(state(answer)).toMatchObject({ seq: null, shown: null, state: "unknown", age_ms: null });
    expect(header(answer, "content-type")).toContain(
      route === "page" ? "text/html" : "application/problem+json",
    );
  });

  test("an unknown owner is 404 with the valid ones; alias and role lead to the person", async () => {
    const { ask } = routes();
    const unknown = await ask(route, "?owner=ghost");
    expect(unknown.status).toBe(404);
    for (const owner of ["everyone", "dave", "nadia", "rj"]) expect(text(unknown)).toContain(owner);
    const alias = await ask(route, "?owner=Dave.Fowler");
    expect(alias.status).toBe(200);
    expect(text(alias)).not.toContain("milestone-burn-up");
    expect(text(await ask(route, "?owner=data-viz"))).toContain("milestone-burn-up");
  });

  test("the default owner is shown unless the address says otherwise", async () => {
    const { ask } = routes({ defaultOwner: { asked: "data-viz", origin: "TASK_MANAGER_OWNER" } });
    expect(text(await ask(route))).not.toContain("host-dataface-on-gcp");
    expect(text(await ask(route, "?owner=everyone"))).toContain("host-dataface-on-gcp");
  });

  test("S12, S20: hostile text stays text, in the header too", async () => {
    const { live, ask } = routes();
    live.become({ ...STALE, detail: "<script>alert(1)</script>\r\nSet-Cookie: x=1 — ünï" });
    const answer = await ask(route);
    expect(header(answer, "tasks-state")).toMatch(/^[\x20-\x7e]*$/);
    expect(state(answer).detail).toBe("<script>alert(1)</script>\r\nSet-Cookie: x=1 — ünï");
    if (route === "page") expect(text(answer)).not.toContain("<script>alert");
  });
});

describe("/status", () => {
  test("P5: between publications a view is rendered once; only the age differs", async () => {
    const { live, ask } = routes();
    const first = await ask("page");
    live.setAge(8000);
    const second = await ask("page");
    expect(second.body[1]).toBe(first.body[1]);
    expect(text(first)).toContain('data-age-ms="4000 ');
    expect(text(second)).toContain('data-age-ms="8000 ');
    expect(text(second)).toHaveLength(text(first).length);
  });

  test("P5: answers of one instant share their headers; the id of their forms is each one's own", async () => {
    const { live, ask } = routes({ guard: actingGuard() });
    const [first, second] = [await ask("page", "", LOCAL), await ask("page", "", LOCAL)];
    expect(second.headers).toBe(first.headers);
    const idOf = (answer: Answer) => /name="action_id" value="([^"]+)"/.exec(text(answer))?.[1];
    expect(idOf(first)).toMatch(/^[\w-]{8}\.[\w-]{16}$/);
    expect(idOf(second)).not.toBe(idOf(first));
    live.setAge(9000);
    expect(state(await ask("page", "", LOCAL)).age_ms).toBe(9000);
  });

  test("durations move on with the minutes", async () => {
    const { live, ask } = routes();
    const before = await ask("page");
    live.attest(sampleAttestation({ observed_at: new Date(OBSERVED_AT_MS + 60_000).toISOString() }));
    const after = await ask("page");
    expect(header(after, "etag")).not.toBe(header(before, "etag"));
    expect(text(after)).toContain("13 min");
  });

  test("it lets the page open the stream, also with a 304 and before the first snapshot", async () => {
    const { ask } = routes();
    const page = await ask("page");
    expect(header(page, "set-cookie")).toBe("tasks_stream_1=x");
    const same = await ask("page", "", { "if-none-match": header(page, "etag") ?? "" });
    expect(header(same, "set-cookie")).toBe("tasks_stream_1=x");
    const starting = routes({ live: new FakeLiveSnapshot() });
    expect(header(await starting.ask("page"), "set-cookie")).toBe("tasks_stream_1=x");
  });

  test("notices that appear are shown at once", async () => {
    const { live, ask } = routes();
    await ask("page");
    live.noticeTexts = ["The store was rebuilt."];
    expect(text(await ask("page"))).toContain("The store was rebuilt.");
  });
});

describe("Refresh asks for a sync of pull requests", () => {
  const guard = actingGuard;
  const OWN = { host: "localhost:8005", "sec-fetch-site": "same-origin" };

  async function syncRequests(
    search: string,
    headers: Record<string, string>,
    { canAct = true, route = "page" as Route } = {},
  ): Promise<number> {
    const { live, ask } = routes({ guard: guard(canAct) });
    expect((await ask(route, search, headers)).status).toBeLessThan(400);
    return live.syncRequests;
  }

  test.each<[string, string, Record<string, string>, number]>([
    ["the script's Refresh", "", { ...OWN, "tasks-look": "1" }, 1],
    ["the Refresh of a page without script", "?look=now", OWN, 1],
    ["a typed address", "?look=now", { host: "127.0.0.1:8005", "sec-fetch-site": "none" }, 1],
    ["a program at this machine", "?look=now", { host: "localhost" }, 1],
    ["a load", "", OWN, 0],
    ["a fetch that follows a nudge", "", { ...OWN, "tasks-nudge": "1" }, 0],
    ["a word that only looks like it", "?text=look%3Dnow", OWN, 0],
    ["S5: another site by a link", "?look=now", { ...OWN, "sec-fetch-site": "cross-site" }, 0],
    ["S5: another site by a header", "", { ...OWN, "tasks-look": "1", "sec-fetch-site": "cross-site" }, 0],
    ["S5: another port of this machine", "?look=now", { ...OWN, "sec-fetch-site": "same-site" }, 0],
    ["a browser that fetches ahead", "?look=now", { ...OWN, "sec-purpose": "prefetch" }, 0],
    ["a name that is not this machine's", "?look=now", { ...OWN, host: "tasks.example" }, 0],
  ])("%s", async (_, search, headers, expected) => {
    expect(await syncRequests(search, headers)).toBe(expected);
  });

  test("not on a server that only shows, and not from /status.json", async () => {
    expect(await syncRequests("?look=now", { ...OWN, "tasks-look": "1" }, { canAct: false })).toBe(0);
    expect(await syncRequests("?look=now", { ...OWN, "tasks-look": "1" }, { route: "json" })).toBe(0);
  });

  test("T21: the empty fields of a form lead to the address without them, once", async () => {
    const { ask } = routes({ guard: guard(true) });
    const answer = await ask("page", "?text=&priority=p1&milestone=", OWN);
    expect(answer.status).toBe(303);
    expect(header(answer, "location")).toBe("/status?priority=p1");
    expect((await ask("page", "?priority=p1", OWN)).status).toBe(200);
  });

  test("the parameter redirects to the page without it, and is in no other link", async () => {
    const { live, ask } = routes({ guard: guard(true) });
    const answer = await ask("page", "?sort=age&look=now&priority=p1&odd=1", OWN);
    expect(answer.status).toBe(303);
    expect(header(answer, "location")).toBe("/status?priority=p1&sort=age");
    expect(header(answer, "cache-control")).toBe("private, no-store");
    expect(live.refreshes).toEqual([]);
    const page = text(await ask("page", "?priority=p1", OWN));
    expect(page.match(/look=now/g)).toHaveLength(1);
    expect(page).toContain('id="refresh" href="/status?priority=p1&amp;look=now"');
    expect(text(await ask("page", "", { ...OWN, host: "tasks.example" }))).not.toContain("look=now");
  });

  test("S5: what another site may not ask for is answered all the same", async () => {
    const { ask } = routes({ guard: guard(true) });
    const answer = await ask("page", "?look=now", { ...OWN, "sec-fetch-site": "cross-site" });
    expect(header(answer, "location")).toBe("/status");
  });
});

describe("/status.json", () => {
  test("H8: it is what its schema says, and ends with this moment's freshness", async () => {
    const { ask } = routes();
    const body = JSON.parse(text(await ask("json")));
    expect(servedSnapshotSchema.parse(body)).toEqual(body);
    expect(body.schema_version).toBe(1);
    expect(body.freshness).toEqual(FRESH);
    expect(body.observed_at).toBe(sampleAttestation().observed_at);
  });

  test("many tasks are serialised in slices, once, and come out as JSON.stringify would write them", async () => {
    const rows = Array.from({ length: 1201 }, (_, at) => sampleRow({ key: `task-${at}`, group: "ready" }));
    const { live, ask } = routes({ live: FakeLiveSnapshot.showing(sampleSnapshot(rows)) });
    const [one, other] = await Promise.all([ask("json"), ask("json")]);
    expect(JSON.parse(text(one)).tasks).toEqual(live.view()?.snapshot.tasks);
    expect(other.body[0]).toBe(one.body[0]);
  });

  test("serialising many tasks leaves room for others in between", async () => {
    const rows = Array.from({ length: 1201 }, (_, at) => sampleRow({ key: `task-${at}`, group: "ready" }));
    const { ask } = routes({ live: FakeLiveSnapshot.showing(sampleSnapshot(rows)) });
    const turn = vi.fn();
    setImmediate(turn);
    await ask("json");
    expect(turn).toHaveBeenCalled();
  });
});
