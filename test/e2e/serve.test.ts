// `tasks serve` and `tasks run` as processes: one heartbeat per repository however many there are, and a clean end.

import { once } from "node:events";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { text as readText } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../src/adapters/sqlite/sqlite-store.ts";
import type { ServedSnapshot } from "../../src/core/contract/snapshot.ts";
import type { Store } from "../../src/ports/store/store.ts";
import { stopBetweenWrites } from "../support/stop-between-writes.ts";
import {
  descendantsOf,
  exampleTree,
  isAlive,
  runTasks,
  type Served,
  serveTasks,
  startTasks,
} from "./tasks-process.ts";

/** R17 and C4: whatever is asked to end has ended by then. */
const END_LIMIT_MS = 5_000;

/** Signals that come within this time are one request (a second on the process's own clock, less some room). */
const ONE_REQUEST_MS = 500;

async function statusOf(served: Served): Promise<ServedSnapshot> {
  return (await (await fetch(`${served.url}/status.json`)).json()) as ServedSnapshot;
}

async function untilReady(served: Served): Promise<ServedSnapshot> {
  await expect.poll(async () => (await fetch(`${served.url}/readyz`)).status, { timeout: 10_000 }).toBe(200);
  return await statusOf(served);
}

/** A request that the server has: it said that it continues with it. */
async function requestInFlight(url: string): Promise<{ readonly text: Promise<string> }> {
  const asking = request(url, { headers: { accept: "text/html", expect: "100-continue" } });
  const text = once(asking, "response").then(([answer]) => readText(answer));
  asking.end();
  await once(asking, "continue");
  return { text };
}

async function withStore<T>(root: string, use: (store: Store) => Promise<T>): Promise<T> {
  const file = join(root, ".tasks/task_manager/store.sqlite");
  const store = await openSqliteStore({ file, nowMs: () => Date.now() });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

const readLease = (root: string) => withStore(root, (store) => store.readLease());
const pendingRefresh = (root: string) => withStore(root, (store) => store.pendingRefresh());

/** Listens on a port of this machine until the test ends; 0 for any. Null when the port is taken already. */
function occupy(port: number): Promise<number | null> {
  const server = createServer((socket) => socket.destroy());
  onTestFinished(() => void server.close());
  return new Promise((resolve) => {
    server.once("error", () => resolve(null));
    server.listen({ host: "127.0.0.1", port }, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : null);
    });
  });
}

describe("what serve prints", () => {
  test("one line on stdout: the repository, whose tasks, and where to look", async () => {
    const root = exampleTree();
    const served = await serveTasks(["--owner", "sr-engineer-architect"], { cwd: root });
    const lines = served
      .output()
      .split("\n")
      .filter((line) => line.includes("http"));
    expect(lines).toEqual([
      expect.stringMatching(
        /^tasks-e2e-\w+ for dave, from sr-engineer-architect \(--owner\): http:\/\/127\.0\.0\.1:\d+\/status$/,
      ),
    ]);
    expect((await untilReady(served)).owner.name).toBe("dave");
  });

  test("a port that was asked for and is taken is an error that names who has it", async () => {
    const port = await occupy(0);
    const refused = await runTasks(["serve", "--port", String(port)], { cwd: exampleTree() });
    expect(refused).toMatchObject({ code: 3, stdout: "" });
    expect(refused.stderr).toMatch(
      new RegExp(`Port ${port} is taken by (process ${process.pid} \\(.+\\)|another program)\\.`),
    );
  });

  test("a port that one of our own servers has is named with its repository", async () => {
    const first = await serveTasks([], { cwd: exampleTree() });
    const { repository } = await untilReady(first);
    const refused = await runTasks(["serve", "--port", new URL(first.url).port], { cwd: exampleTree() });
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain(`is taken by another tasks server, for ${repository.name}.`);
  });

  test("the default port, when taken, yields to the next free one, and the sentence says so", async () => {
    await occupy(8005);
    const served = startTasks(["serve"], { cwd: exampleTree() });
    const [, port] = await served.printed(/http:\/\/127\.0\.0\.1:(\d+)\/status/);
    expect(Number(port)).toBeGreaterThan(8005);
    await served.printed(new RegExp(`Port 8005 is taken by .+; using ${port}\\.`));
  });

  test("an unknown owner ends it at once, with the list of owners, and leaves nothing running", async () => {
    const root = exampleTree();
    const refused = await runTasks(["serve", "--port", "0"], {
      cwd: root,
      env: { TASK_MANAGER_OWNER: "zoe" },
    });
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(
      /There is no owner "zoe" \(from TASK_MANAGER_OWNER\)\.\n.*everyone, dave, mia, priya, rj, tomas/,
    );
    expect(await readLease(root)).toBeNull();
  });
});

describe("R9: two servers and the command line on one repository", () => {
  test("one runner works, all show the same, and a dead holder's lease is taken over", async () => {
    const root = exampleTree();
    const first = await serveTasks([], { cwd: root });
    const before = await untilReady(first);
    const second = await serveTasks([], { cwd: root });
    await second.printed(new RegExp(`its page is ${first.url}`));
    const shown = await statusOf(second);
    expect(shown.epoch).toBe(before.epoch);
    expect(shown.seq).toBe((await statusOf(first)).seq);

    const beat = await runTasks(["heartbeat", "--format", "json"], { cwd: root });
    expect(beat.stderr).toContain("ran the update");
    expect((JSON.parse(beat.stdout) as ServedSnapshot).epoch).toBe(before.epoch);
    const holder = (await readLease(root))?.holder.pid ?? 0;
    expect(descendantsOf(first.process.pid ?? 0)).toContain(holder);

    for (const pid of [first.process.pid ?? 0, holder]) process.kill(pid, "SIGKILL");
    await expect.poll(async () => (await readLease(root))?.epoch, { timeout: 20_000 }).toBe(before.epoch + 1);
    const killedAt = new Date().toISOString();
    await expect
      .poll(async () => (await statusOf(second)).observed_at > killedAt, { timeout: 10_000 })
      .toBe(true);
    expect((await statusOf(second)).freshness.state).toBe("fresh");
  });

  test("a live holder is waited for, never robbed: heartbeat says who holds the lease and ends on Ctrl-C (C4)", async () => {
    const root = exampleTree();
    const running = startTasks(["run"], { cwd: root });
    await running.printed(/published snapshot 1/);
    const lease = await readLease(root);
    stopBetweenWrites(running.process.pid ?? 0, join(root, ".tasks/task_manager/store.sqlite"));
    onTestFinished(() => void running.process.kill("SIGCONT"));
    const waiting = startTasks(["heartbeat"], { cwd: root });
    await expect.poll(() => pendingRefresh(root), { timeout: 20_000 }).not.toBeNull();
    const startedMs = performance.now();
    waiting.process.kill("SIGINT");
    expect(await waiting.ended).toMatchObject({ code: 130, stdout: "" });
    expect(performance.now() - startedMs).toBeLessThan(END_LIMIT_MS);
    expect((await readLease(root))?.epoch).toBe(lease?.epoch);
  });

  test("serve --no-runner only shows what another process publishes, and says when none does", async () => {
    const root = exampleTree();
    await runTasks(["heartbeat"], { cwd: root });
    const viewer = await serveTasks(["--no-runner"], { cwd: root });
    expect(descendantsOf(viewer.process.pid ?? 0)).toEqual([]);
    expect((await untilReady(viewer)).freshness).toMatchObject({ stale: true, stale_reason: "no-runner" });
    const running = startTasks(["run"], { cwd: root });
    await running.printed(/holds the lease/);
    await expect
      .poll(async () => (await statusOf(viewer)).freshness.state, { timeout: 10_000 })
      .toBe("fresh");
  });
});

describe("R17, C4, N70: a clean end", () => {
  // A terminal that closes sends SIGHUP.
  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "%s: requests are answered, the runner ends, the lease is free",
    async (signal) => {
      const root = exampleTree();
      const served = await serveTasks([], { cwd: root });
      await untilReady(served);
      const below = descendantsOf(served.process.pid ?? 0);
      expect(below).toHaveLength(1);
      const inFlight = await requestInFlight(`${served.url}/status`);
      const startedMs = performance.now();
      served.process.kill(signal);
      expect(await inFlight.text).toContain("</html>");
      expect(await served.ended).toMatchObject({ code: 0 });
      expect(performance.now() - startedMs).toBeLessThan(END_LIMIT_MS);
      expect(below.filter(isAlive)).toEqual([]);
      expect(await readLease(root)).toBeNull();
      const left = readdirSync(join(root, ".tasks/task_manager")).filter((name) =>
        /tmp|cookie|lock/.test(name),
      );
      expect(left).toEqual([]);
    },
  );

  test("signals one after another while it ends, as npm and the terminal send for one Ctrl-C, are one request", async () => {
    const root = exampleTree();
    const served = await serveTasks([], { cwd: root });
    await untilReady(served);
    const again = setInterval(() => served.process.kill("SIGINT"), 1);
    setTimeout(() => clearInterval(again), ONE_REQUEST_MS);
    expect(await served.ended).toMatchObject({ code: 0 });
    expect(await readLease(root)).toBeNull();
  });

  test("a restart serves the old snapshot at once, marked stale until the first cycle is done", async () => {
    const root = exampleTree();
    await runTasks(["heartbeat"], { cwd: root });
    const viewer = await serveTasks(["--no-runner"], { cwd: root });
    const page = await fetch(`${viewer.url}/status`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("No runner is updating this repository");
  });

  test("R3: a restart while the store cannot be used shows the snapshot file, marked stale, and recovers", async () => {
    const root = exampleTree();
    await runTasks(["heartbeat"], { cwd: root });
    const file = join(root, ".tasks/task_manager/store.sqlite");
    rmSync(file);
    mkdirSync(file);
    const served = await serveTasks([], { cwd: root });
    await expect.poll(async () => (await statusOf(served)).freshness.stale_reason).toBe("disk");
    const { tasks, freshness } = await statusOf(served);
    expect(tasks).toHaveLength(67);
    expect(freshness).toMatchObject({
      state: "stale",
      detail: expect.stringMatching(/^The store cannot be used/),
    });
    for (const path of ["/status", "/tasks/add-strict-owner-validation", "/livez"])
      expect([path, (await fetch(served.url + path)).status]).toEqual([path, 200]);

    rmSync(file, { recursive: true });
    await expect
      .poll(async () => (await statusOf(served)).freshness.state, { timeout: 30_000 })
      .toBe("fresh");
  });

  test("R3: with nothing to show, a store that cannot be used ends it with the reason", async () => {
    const root = exampleTree();
    mkdirSync(join(root, ".tasks/task_manager/store.sqlite"), { recursive: true });
    const { code, stderr } = await runTasks(["serve"], { cwd: root });
    expect(code).toBe(3);
    expect(stderr).toMatch(/^tasks: The store cannot be used/);
  });

  test("a server that is killed takes its runner with it", async () => {
    const root = exampleTree();
    const served = await serveTasks([], { cwd: root });
    await untilReady(served);
    const below = descendantsOf(served.process.pid ?? 0);
    served.process.kill("SIGKILL");
    await served.ended;
    await expect.poll(() => below.filter(isAlive), { timeout: 10_000 }).toEqual([]);
  });

  test("run beside a live holder says once whom it waits for, not each time it looks", async () => {
    const root = exampleTree();
    const first = startTasks(["run"], { cwd: root });
    await first.printed(/published snapshot 1/);
    const second = startTasks(["run"], { cwd: root });
    await second.printed(/waits: process \d+/);
    first.process.kill("SIGTERM");
    // At its next look, a second later.
    await second.printed(/holds the lease/);
    expect(second.output().match(/waits:/g)).toHaveLength(1);
  });

  test("run ends on SIGTERM with its lease given back", async () => {
    const root = exampleTree();
    const running = startTasks(["run"], { cwd: root });
    await running.printed(/published snapshot 1, 67 tasks/);
    running.process.kill("SIGTERM");
    expect(await running.ended).toMatchObject({ code: 0 });
    expect(await readLease(root)).toBeNull();
  });
});
