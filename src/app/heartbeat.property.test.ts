// R14: random operations on a tree, a store and a clock, against a model that knows only what each file last said well.
// After every one of them a warm cycle must show what the model says, a restart must find nothing to publish
// (invariant 3), and a heartbeat that has never seen anything must derive the same, apart from times.

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  createTestWorld,
  heartbeatWorld,
  holderNamed,
  taskPath,
  taskText,
} from "../../test/support/app-world.ts";
import { createMemoryClock } from "../adapters/memory/memory-clock.ts";
import { createMemoryStore } from "../adapters/memory/memory-store.ts";
import type { TaskRow } from "../core/snapshot/schema.ts";
import type { Store } from "../ports/store.ts";
import { createHeartbeat, type Heartbeat } from "./heartbeat.ts";

const RUNS = 300;
/** 300 runs of 30 to 60 operations are more than 10,000. */
const STEPS = { minLength: 30, maxLength: 60, size: "max" } as const;
const HOUR_MS = 3_600_000;
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
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom(
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
}, 120_000);

async function createPlay() {
  const clock = createMemoryClock();
  const { world, tree, git } = createTestWorld({ clock });
  const { store } = world;
  const { publish } = store;
  const model: Model = new Map();
  const right = await takeLease(store, clock.wallMs());
  let heartbeat: Heartbeat = createHeartbeat(heartbeatWorld(world));
  let count = 0;
  tree.watch.start(() => {});

  const cycle = (cause: "refresh" | "start") => heartbeat.cycle(new Set([cause]), right);

  async function settle(): Promise<void> {
    expect(["published", "attested"]).toContain((await cycle("refresh")).kind);
    await heartbeat.writeIndex();
    const { rows } = await store.readRows(0);
    expect(rows.map(({ slug: key, title, status }) => [key, title, status]).sort()).toEqual(expected(model));
    const keys = rows.map(({ key }) => key).sort();
    const feed = await store.readTransitions({ limit: 1_000_000 });
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
          tree.remove(taskPath(name));
          model.delete(name);
          break;
        }
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
          heartbeat = createHeartbeat(heartbeatWorld(world));
          break;
        case "restart":
          // Whatever time alone has changed is published before.
          await settle();
          heartbeat = createHeartbeat(heartbeatWorld(world));
          expect((await cycle("start")).kind).toBe("attested");
          break;
      }
      await settle();
    },
    /** One that starts from nothing but the files; it cannot know what a spoiled one said before. */
    async compareWithCold(): Promise<void> {
      if ([...model.values()].some(({ spoiled }) => spoiled)) return;
      const cold = createMemoryStore();
      const right = await takeLease(cold, clock.wallMs());
      await createHeartbeat(heartbeatWorld({ ...world, store: cold })).cycle(new Set(["start"]), right);
      expect(timeless(await cold.readRows(0))).toEqual(timeless(await store.readRows(0)));
    },
  };
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
    .map(({ key, title, status, base_group, dependencies, dependents, problems, signals }) => {
      const codes = signals.map(({ code }) => code).filter((code) => !TIMED_CODES.has(code));
      return { key, title, status, base_group, dependencies, dependents, problems, codes };
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

const TIMED_CODES: ReadonlySet<string> = new Set(["pickup_overdue", "stuck_in_progress"]);
