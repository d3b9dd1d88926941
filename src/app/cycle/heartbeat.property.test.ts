// R14: random operations on a tree, a store, a host of pull requests and a clock, against a model that knows only what
// each file last said well. After every one of them a warm cycle must show what the model says, a restart must find
// nothing to publish (invariant 3), and a heartbeat that has never seen anything must derive the same, apart from times.

import fc from "fast-check";
import { expect, test } from "vitest";
import { createMemoryClock } from "../../../test/memory/memory-clock.ts";
import { createMemoryStore } from "../../../test/memory/memory-store.ts";
import { createTestWorld, holderNamed, taskPath, taskText } from "../../../test/support/app-world.ts";
import { createPlayedHost, HOST_EVENTS } from "../../../test/support/played-host.ts";
import { rounds } from "../../../test/support/rounds.ts";
import type { TaskRow } from "../../core/contract/snapshot.ts";
import { HOUR_MS } from "../../core/values/durations.ts";
import type { Store } from "../../ports/store/store.ts";
import { PullRequestSync, syncInputOf } from "../delivery/pull-request-sync.ts";
import type { RunnerContext } from "./cycle-context.ts";
import { createHeartbeat, type Heartbeat } from "./heartbeat.ts";

const RUNS = rounds({ short: 300, full: 3_000 });
/** 300 runs of 30 to 60 operations are more than 10,000. */
const STEPS = { minLength: 30, maxLength: 60, size: "max" } as const;
const SLUGS = ["a", "b", "c", "d"] as const;
const STATUSES = ["not_started", "ready", "in_progress", "blocked", "completed", "cancelled"] as const;

const slug = fc.constantFrom(...SLUGS);
const operation = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("write"),
      slug,
      status: fc.constantFrom(...STATUSES),
      needs: fc.subarray([...SLUGS]),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("spoil"), slug }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove"), slug }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("wait"), hours: fc.constantFrom(0.01, 13, 30, 80) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("pull_request"), slug, event: fc.constantFrom(...HOST_EVENTS) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        "host_fails",
        "host_answers",
        "restart",
        "lose_count",
        "fail_listing",
        "fail_publishing",
        "switch_branch",
        "skip_index",
        "step_back",
      ),
    }),
  },
);
type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never;

/** What a file last said well; `title` is null for one that never did. */
type Model = Map<string, { title: string | null; status: string | null; spoiled: boolean }>;

test("R14: after any operations warm, restarted and cold cycles agree with each other and with the files", async () => {
  let steps = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(operation, STEPS), async (operations) => {
      const play = await createPlay();
      for (const step of operations) {
        steps += 1;
        await play.step(step);
      }
      await play.compareWithCold();
    }),
    { numRuns: RUNS },
  );
  expect(steps).toBeGreaterThanOrEqual(10_000);
}, 1_200_000);

async function createPlay() {
  const clock = createMemoryClock();
  const host = createPlayedHost();
  const { world, tree, git } = createTestWorld({ clock, hosts: host.hosts });
  const { store } = world;
  const { publish } = store;
  const model: Model = new Map();
  const right = await takeLease(store, clock.wallMs());
  let { heartbeat, syncNow } = begin(world);
  let count = 0;
  tree.watch.start(() => {});

  const cycle = (cause: "refresh" | "start") => heartbeat.cycle(new Set([cause]), right);

  const restart = () => {
    ({ heartbeat, syncNow } = begin(world));
  };

  async function settle(): Promise<void> {
    const started = [...(heartbeat.published()?.built.rows.values() ?? [])].filter(isStarted);
    const { known: before } = await store.readPullRequests();
    await syncNow(right.epoch);
    const { known, state } = await store.readPullRequests();
    // F10: a host that fails takes nothing away; one that answers has reported everything that is open.
    if (host.isFailing()) expect(known).toEqual(before);
    else if (state !== null) host.expectKnown({ known, slugs: started.map(({ slug: name }) => name) });
    expect(["published", "attested"]).toContain((await cycle("refresh")).kind);
    await heartbeat.writeIndex();
    const { rows } = await store.readRows(0);
    expect(rows.map(({ slug: key, title, status }) => [key, title, status]).sort()).toEqual(expected(model));
    const keys = rows.map(({ key }) => key).sort();
    const feed = await store.readTransitions({ limit: 1_000_000 });
    for (const { slug: key, pull_request: shown } of rows) {
      const best = host.bestOf(key, known);
      expect([shown?.number, shown?.state, shown?.head_commit]).toEqual([
        best?.number,
        best?.state,
        best?.headCommit,
      ]);
    }
    for (const key of keys) {
      const last = feed.find((transition) => transition.kind === "moved" && transition.key === key);
      if (last?.kind === "moved") expect(last.to).toBe(rows.find((row) => row.key === key)?.group);
    }
  }

  await settle();
  return {
    async step(step: Operation): Promise<void> {
      count += 1;
      clock.advance(3_000);
      switch (step.kind) {
        case "write": {
          const { slug: name, status, needs } = step as Extract<Operation, { status: unknown }>;
          const title = `Version ${count}`;
          tree.write(taskPath(name), taskText({ title, status, dependencies: `[${needs.join(", ")}]` }));
          model.set(name, { title, status, spoiled: false });
          break;
        }
        case "spoil": {
          const { slug: name } = step as Extract<Operation, { slug: unknown }>;
          tree.write(taskPath(name), `---\ntitle: "half-writ${count}`);
          const good = model.get(name);
          model.set(name, { title: good?.title ?? null, status: good?.status ?? null, spoiled: true });
          break;
        }
        case "remove": {
          const { slug: name } = step as Extract<Operation, { slug: unknown }>;
          // What was unknown while the task existed is not requested once it is planned again.
          host.fail(false);
          await settle();
          tree.remove(taskPath(name));
          model.delete(name);
          break;
        }
        case "pull_request": {
          const { slug: name, event } = step as Extract<Operation, { event: unknown }>;
          if (model.has(name)) host.play(name, event);
          break;
        }
        case "host_fails":
        case "host_answers":
          host.fail(step.kind === "host_fails");
          break;
        case "wait":
          clock.advance((step as Extract<Operation, { hours: unknown }>).hours * HOUR_MS);
          break;
        case "step_back":
          clock.stepWall(-HOUR_MS);
          break;
        case "lose_count":
          tree.loseCount();
          break;
        case "switch_branch":
          git.setFacts({ commit: `c${count}` });
          break;
        case "fail_listing":
          tree.failListing("The disk does not answer.");
          expect((await cycle("start")).kind).toBe("failed");
          tree.failListing(null);
          break;
        case "fail_publishing":
          Object.assign(store, { publish: () => Promise.reject(new Error("full")) });
          tree.write(taskPath("a"), taskText({ title: `Version ${count}` }));
          model.set("a", { title: `Version ${count}`, status: "ready", spoiled: false });
          expect((await cycle("refresh")).kind).toBe("failed");
          Object.assign(store, { publish });
          break;
        case "skip_index":
          // Killed between publishing and writing the index: the file is read again, and says the same.
          await cycle("refresh");
          restart();
          break;
        case "restart":
          // Whatever time alone has changed is published before.
          await settle();
          restart();
          expect((await cycle("start")).kind).toBe("attested");
          break;
      }
      await settle();
    },
    /** One that starts from nothing but the files; it cannot know what a spoiled one said before. */
    async compareWithCold(): Promise<void> {
      if ([...model.values()].some(({ spoiled }) => spoiled)) return;
      host.fail(false);
      await settle();
      const cold = createMemoryStore();
      const coldRight = await takeLease(cold, clock.wallMs());
      const fresh = begin({ ...world, store: cold });
      await fresh.heartbeat.cycle(new Set(["start"]), coldRight);
      await fresh.syncNow(coldRight.epoch);
      await fresh.heartbeat.cycle(new Set(["pull_request_news"]), coldRight);
      expect(timeless(await cold.readRows(0))).toEqual(timeless(await store.readRows(0)));
    },
  };
}

/** A process with cold memory; `syncNow` makes a round, due or not. */
function begin(world: RunnerContext) {
  const pullRequests = new PullRequestSync(world);
  const heartbeat: Heartbeat = createHeartbeat({ ...world, pullRequests, barred: () => ({}) });
  const syncNow = async (epoch: number) => {
    const about = syncInputOf(heartbeat);
    if (about !== null) await pullRequests.sync({ epoch, about, signal: new AbortController().signal });
  };
  return { heartbeat, syncNow };
}

/** Of tasks that are not started or over, pull requests are found by the news alone. */
function isStarted({ status }: TaskRow): boolean {
  return status === null || status === "ready" || status === "in_progress" || status === "blocked";
}

async function takeLease(store: Store, nowMs: number) {
  const claim = await store.claimLease({ holder: holderNamed("a"), termMs: HOUR_MS, nowMs });
  return { epoch: claim.lease.epoch, confirm: async () => true };
}

function expected(model: Model): (string | null)[][] {
  return [...model].map(([name, { title, status }]) => [name, title ?? `${name}.md`, status]).sort();
}

/** Without times, and without what follows from how long something has been so. */
function timeless({ rows }: { readonly rows: readonly TaskRow[] }) {
  return rows
    .map(
      ({
        key,
        title,
        status,
        base_group,
        dependencies,
        dependents,
        problems,
        signals,
        pull_request: shown,
      }) => {
        const codes = signals.map(({ code }) => code).filter((code) => !TIMED_CODES.has(code));
        const known = shown && { ...shown, waits: shown.waits?.what };
        return { key, title, status, base_group, dependencies, dependents, problems, codes, known };
      },
    )
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

const TIMED_CODES: ReadonlySet<string> = new Set(["pickup_overdue", "stuck_in_progress", "review_overdue"]);
