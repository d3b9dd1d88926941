import { expect, test } from "vitest";
import { createMemoryClock } from "../../../test/memory/memory-clock.ts";
import { createMemoryStore } from "../../../test/memory/memory-store.ts";
import { holderNamed } from "../../../test/support/app-world.ts";
import { HOUR_MS } from "../../core/values/durations.ts";
import type { ProcessProbe } from "../../ports/system/process-probe.ts";
import { LeaseKeeper, leaseTermMs } from "./lease-keeper.ts";

const TERM_MS = leaseTermMs(15_000);

function setUp(seen: ReturnType<ProcessProbe["see"]> = "unknown") {
  const clock = createMemoryClock();
  const store = createMemoryStore();
  const keeper = () =>
    new LeaseKeeper({ clock, store, processProbe: { see: () => seen } }, { termMs: TERM_MS });
  return { clock, store, first: keeper(), second: keeper() };
}

test("R9: one holds the lease, the other waits and learns where the first one is", async () => {
  const { first, second } = setUp();
  const holder = { ...holderNamed("a"), url: "http://127.0.0.1:8005/status" };
  expect(await first.claim(holder)).toEqual({ kind: "held", epoch: 1 });
  expect(await second.claim(holderNamed("b"))).toEqual({ kind: "waiting", holder });
  await first.release();
  expect(await second.claim(holderNamed("b"))).toEqual({ kind: "held", epoch: 2 });
});

test("R9: a holder that renews is never robbed, however long it lives", async () => {
  const { clock, first, second } = setUp("alive");
  await first.claim(holderNamed("a"));
  for (let renewals = 0; renewals < 50; renewals += 1) {
    clock.advance(first.renewEveryMs);
    expect(await first.renew()).toBe(true);
    expect((await second.claim(holderNamed("b"))).kind).toBe("waiting");
  }
});

test("R9: a dead holder's lease is taken at once, under a new epoch", async () => {
  const { first, second } = setUp("gone");
  await first.claim(holderNamed("a"));
  expect(await second.claim(holderNamed("b"))).toEqual({ kind: "held", epoch: 2 });
  expect(await first.renew()).toBe(false);
  expect(first.right()).toBeNull();
});

test("R10: a clock stepped back an hour blocks a new holder for one term at most", async () => {
  const { clock, first, second } = setUp();
  await first.claim(holderNamed("a"));
  clock.stepWall(-HOUR_MS);
  expect((await second.claim(holderNamed("b"))).kind).toBe("waiting");
  clock.advance(TERM_MS);
  expect((await second.claim(holderNamed("b"))).kind).toBe("held");
});

test("R10: a clock stepped forward an hour takes nothing from a holder at work", async () => {
  const { clock, first, second } = setUp("alive");
  await first.claim(holderNamed("a"));
  clock.stepWall(HOUR_MS);
  expect((await second.claim(holderNamed("b"))).kind).toBe("waiting");
  clock.advance(first.renewEveryMs);
  await first.renew();
  expect((await second.claim(holderNamed("b"))).kind).toBe("waiting");
});

test("a holder is sure for its term by the monotonic clock, and asks the store after it", async () => {
  const { clock, store, first, second } = setUp();
  await first.claim(holderNamed("a"));
  const right = first.right();
  expect(await right?.confirm()).toBe(true);
  clock.advance(TERM_MS);
  // No one took it: the store renews it.
  expect(await right?.confirm()).toBe(true);
  clock.advance(TERM_MS);
  await second.claim(holderNamed("b"));
  expect(await right?.confirm()).toBe(false);
  expect((await store.readLease())?.holder.id).toBe("b");
});

test("R9: a holder whose machine slept asks the store before it publishes", async () => {
  const { clock, store, first, second } = setUp();
  await first.claim(holderNamed("a"));
  const right = first.right();
  clock.sleep(HOUR_MS);
  expect(await right?.confirm()).toBe(true);
  expect((await store.readLease())?.expiresAtMs).toBe(clock.wallMs() + TERM_MS);
  clock.sleep(HOUR_MS);
  await second.claim(holderNamed("b"));
  expect(await right?.confirm()).toBe(false);
});

test("releasing twice releases no other lease", async () => {
  const { store, first, second } = setUp();
  await first.claim(holderNamed("a"));
  await first.release();
  await second.claim(holderNamed("b"));
  await first.release();
  expect((await store.readLease())?.holder.id).toBe("b");
});
