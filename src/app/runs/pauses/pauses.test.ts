import { beforeEach, describe, expect, test } from "vitest";
import { createMemoryClock, type MemoryClock } from "../../../../test/memory/memory-clock.ts";
import { taskPath, taskText } from "../../../../test/support/app-world.ts";
import { createRunsTestWorld, type RunsTestWorld } from "../../../../test/support/runs-world.ts";
import type { Run } from "../../../core/contract/run.ts";
import type { Seen } from "../../../core/pause/meet-pause.ts";
import { hold } from "../../../core/run/held/hold.ts";
import { closeRun } from "../../../core/run/run-transitions.ts";
import { changeRun } from "../change/change-run.ts";
import { kickoff } from "../requests/kickoff.ts";
import { startRun } from "../start/start-run.ts";
import { endPause, holdPause, letPauseEnd } from "./end-pause.ts";
import { grantStart } from "./grant-start.ts";
import { maintainPauses } from "./maintain-pauses.ts";
import { noteModelAnswered, noteWindow } from "./note-success.ts";
import { openPause } from "./open-pause.ts";

const MINUTE_MS = 60_000;
const SCOPE = { kind: "account", name: "command@desk" } as const;
const PLACE = { account: SCOPE.name, host: "desk" };
const NEVER = new AbortController().signal;

let world: RunsTestWorld;
let clock: MemoryClock;
const names = ["a", "b", "c", "d"];

beforeEach(async () => {
  clock = createMemoryClock();
  world = createRunsTestWorld({
    clock,
    texts: Object.fromEntries(names.map((name) => [taskPath(name), taskText()])),
  });
  await world.refresh();
});

const context = () => ({ clock: world.runs.clock, store: world.runs.store, resumesAfterLimit: true });
const maintain = ({ credentials = null, waiting = null }: Maintained = {}) =>
  maintainPauses({ ...context(), credentialsOf: () => credentials, waitingFor: () => waiting });
type Maintained = { readonly credentials?: string | null; readonly waiting?: number | null };
const pauses = () => world.runs.store.readScopedPauses();
const seen = (run: Run, over: Partial<Seen> = {}): Seen => ({
  ...{ cause: "limit", scope: SCOPE, why: "5-hour limit reached", window: "five_hour", host: "desk" },
  ...{ untilMs: world.runs.clock.wallMs() + 60 * MINUTE_MS, credentials: null, run: run.id, key: run.key },
  ...over,
});

async function queue(name: string): Promise<Run> {
  await kickoff(world.runs, [name], { by: "dave", note: null });
  const run = await world.open(name);
  if (run === null) throw new Error(`${name} is not queued`);
  return run;
}
const start = async (name: string) =>
  await startRun(world.runs, (await world.open(name)) ?? (await queue(name)), NEVER);

/** Its attempt ends by the limit, as its supervisor writes it. */
async function limit(name: string): Promise<Run> {
  const run = await world.open(name);
  if (run === null) throw new Error(name);
  const { untilMs, why } = await openPause(context(), seen(run));
  const nowMs = world.runs.clock.wallMs();
  const held = { cause: "limit", scope: SCOPE, on: SCOPE.name, sinceMs: nowMs, untilMs } as const;
  const changed = await changeRun(world.runs.store, {
    id: run.id,
    epoch: run.epoch,
    change: (now) =>
      hold(now, {
        end: { kind: "exited", code: 1, unfinished: "its usage limit is reached" },
        spared: { kind: "paused", cause: "limit", scope: SCOPE, why },
        held,
        nowMs,
      }),
  });
  if (changed.kind !== "changed") throw new Error(changed.kind);
  return changed.run;
}

describe("N4: while an account is paused", () => {
  test("nothing of it starts; after the reset the oldest held run alone does, and then two at a time", async () => {
    for (const name of ["a", "b"]) expect((await start(name)).kind).toBe("started");
    for (const name of ["a", "b"]) await limit(name);
    expect(await start("c")).toEqual({ kind: "held", by: "account" });
    expect(await pauses()).toMatchObject([{ phase: "waiting", failedProbes: 0 }]);
    clock.advance(62 * MINUTE_MS);
    expect(await start("b")).toEqual({ kind: "held", by: "account" });
    expect((await start("a")).kind).toBe("started");
    expect(await start("b")).toEqual({ kind: "held", by: "account" });
    const probe = await world.open("a");
    expect(probe).toMatchObject({ attempt: 1, failuresInRow: 0 });
    await noteModelAnswered(world.runs.store, { ...PLACE, run: probe?.id ?? ("" as Run["id"]) });
    expect((await start("b")).kind).toBe("started");
    expect((await start("c")).kind).toBe("started");
    expect(await start("d")).toEqual({ kind: "held", by: "account" });
  });

  test("a probe that meets it again costs no attempt, and the next one comes later", async () => {
    await start("a");
    await limit("a");
    clock.advance(62 * MINUTE_MS);
    await start("a");
    await limit("a");
    expect(await pauses()).toMatchObject([{ phase: "waiting", failedProbes: 1 }]);
    expect(await world.open("a")).toMatchObject({ state: "queued", attempt: 1, failuresInRow: 0 });
  });

  test("a start that another pause keeps waiting changes neither of them", async () => {
    for (const name of ["a", "b"]) await start(name);
    const [first] = [await limit("a"), await limit("b")];
    clock.advance(62 * MINUTE_MS);
    await start("a");
    await noteModelAnswered(world.runs.store, { ...PLACE, run: first.id });
    const host = { kind: "host", name: "desk" } as const;
    await openPause(context(), seen(first, { cause: "network", scope: host, untilMs: null, window: null }));
    const before = await pauses();
    expect(before.map(({ phase }) => phase).sort()).toEqual(["easing", "waiting"]);
    expect(await start("b")).toEqual({ kind: "held", by: "account" });
    expect(await pauses()).toEqual(before);
  });

  test("N95: when the held ones cannot start, another one probes two minutes later", async () => {
    await start("a");
    const { id } = await limit("a");
    clock.advance(61 * MINUTE_MS);
    const other = await queue("b");
    const starter = { account: SCOPE.name, host: "desk", worktree: null };
    expect((await grantStart(context(), other, starter))?.scope).toEqual(SCOPE);
    clock.advance(3 * MINUTE_MS);
    expect(await grantStart(context(), other, starter)).toBe(null);
    expect(await pauses()).toMatchObject([{ phase: "probing", probe: other.id }]);
    expect((await grantStart(context(), { id }, starter))?.scope).toEqual(SCOPE);
  });

  test("a person ends it, or lets it wait for them", async () => {
    await start("a");
    await limit("a");
    await holdPause(world.runs, { scope: SCOPE, by: "dave" });
    clock.advance(600 * MINUTE_MS);
    expect(await start("a")).toEqual({ kind: "held", by: "account" });
    expect(await endPause(world.runs, { scope: SCOPE, by: "dave" })).toMatchObject({ nextProbeMs: null });
    expect((await start("a")).kind).toBe("started");
    expect(await endPause(world.runs, { scope: { kind: "host", name: "x" }, by: "dave" })).toBeNull();
    const acts = await world.runs.store.readTransitions({ limit: 5 });
    expect(acts).toMatchObject([{ action: "resume", by: "dave" }, { action: "pause" }, ...acts.slice(2)]);
  });

  test("N9: a pause that a person held is automatic again, and starts at its own time", async () => {
    await start("a");
    await limit("a");
    await holdPause(world.runs, { scope: SCOPE, by: "dave" });
    await letPauseEnd(world.runs, { scope: SCOPE, by: "dave" });
    expect(await start("a")).toEqual({ kind: "held", by: "account" });
    clock.advance(62 * MINUTE_MS);
    expect((await start("a")).kind).toBe("started");
    const [latest] = await world.runs.store.readTransitions({ limit: 1 });
    expect(latest).toMatchObject({ action: "resume", note: `${SCOPE.name}: automatic again` });
    expect(await letPauseEnd(world.runs, { scope: { kind: "host", name: "x" }, by: "dave" })).toBeNull();
  });

  test("once nothing waits for it, it is gone", async () => {
    await start("a");
    await limit("a");
    clock.advance(62 * MINUTE_MS);
    await start("a");
    const run = await world.open("a");
    await noteModelAnswered(world.runs.store, { ...PLACE, run: run?.id ?? ("" as Run["id"]) });
    await maintain();
    expect(await pauses()).toEqual([]);
  });

  test.each<[string, number | null, readonly number[]]>([
    ["ends at its time where no task waits, as with a fallback", 0, [0]],
    ["stays for the task that will try it", 1, [1, 1]],
    ["stays for an hour where that is unknown, as before the first cycle", null, [1, 0]],
  ])("N11: a pause for which no run is held %s", async (_, waiting, left) => {
    await start("a");
    const { id, epoch } = await limit("a");
    const close = { by: "dave", atMs: clock.wallMs(), as: "abandoned", why: "done by hand" } as const;
    await changeRun(world.runs.store, { id, epoch, change: (run) => closeRun(run, close) });
    await maintain({ waiting });
    expect(await pauses()).toHaveLength(1);
    const found = [];
    for (const minutes of left.length === 1 ? [62] : [62, 60]) {
      clock.advance(minutes * MINUTE_MS);
      await maintain({ waiting });
      found.push((await pauses()).length);
    }
    expect(found).toEqual(left);
  });

  test("a sign-out is tried when the credentials change, not before", async () => {
    await start("a");
    const run = await world.open("a");
    if (run === null) throw new Error("a");
    const signedOut = { cause: "signed_out", untilMs: null, credentials: "old" } as const;
    await openPause(context(), seen(run, signedOut));
    clock.advance(600 * MINUTE_MS);
    await maintain({ credentials: "old" });
    expect(await start("b")).toEqual({ kind: "held", by: "account" });
    await maintain({ credentials: "new" });
    expect((await start("b")).kind).toBe("started");
  });
});

test("N6: a usage window that an agent repeats with each answer is written once a minute", async () => {
  const { store } = world.runs;
  const window = { account: SCOPE.name, window: "five_hour", usedPercent: 91, resetsAtMs: null };
  const write = async (atMs: number, usedPercent = 91) => {
    const before = await store.readRunsVersion();
    await noteWindow(store, { ...window, usedPercent, atMs });
    return (await store.readRunsVersion()) > before;
  };
  expect([await write(0), await write(59_000), await write(60_000), await write(61_000, 92)]).toEqual([
    true,
    false,
    true,
    true,
  ]);
});

describe("N5: a set-up that fails", () => {
  beforeEach(() => {
    Object.assign(world.runs.config, {
      worktree: { ...world.runs.config.worktree, after_create: ["npm", "ci"] },
    });
    world.commandResult = {
      ok: false,
      message: "npm ended with exit code 1",
      stderr: "npm error 503 registry at /tmp/x/y-1",
    };
  });

  test("in one task is that task's failure; in a second one it is no one's, and both wait for one probe", async () => {
    expect((await start("a")).kind).toBe("failed");
    expect(await world.open("a")).toMatchObject({ failuresInRow: 1, held: null });
    expect(await start("b")).toEqual({ kind: "held", by: "account" });
    for (const name of ["a", "b"])
      expect(await world.open(name)).toMatchObject({
        ...{ state: "queued", failuresInRow: 0, attempt: 1, held: { cause: "setup" } },
        attempts: [{ end: { kind: "not_started" }, spared: { kind: "paused", cause: "setup" } }],
      });
    expect(await start("c")).toEqual({ kind: "held", by: "account" });
    clock.advance(2 * MINUTE_MS);
    world.commandResult = {};
    expect((await start("a")).kind).toBe("started");
    expect((await start("b")).kind).toBe("started");
  });

  test("in two tasks at the same moment is no one's either", async () => {
    for (const name of ["a", "b"]) await queue(name);
    const outcomes = await Promise.all(["a", "b"].map(start));
    expect(outcomes.map(({ kind }) => kind)).toContain("held");
    for (const name of ["a", "b"])
      expect(await world.open(name)).toMatchObject({
        ...{ state: "queued", failuresInRow: 0, held: { cause: "setup" } },
        attempts: [{ spared: { kind: "paused", cause: "setup" } }],
      });
  });

  test("which another task meets before the first one's end is written does not count", async () => {
    await queue("b");
    const { store } = world.runs;
    // The second one fails while the first one's end is being written.
    const write = store.writeScopedPause;
    let isSecond = false;
    store.writeScopedPause = async (written) => {
      const result = await write(written);
      if (!isSecond) {
        isSecond = true;
        expect((await start("b")).kind).toBe("held");
      }
      return result;
    };
    expect(await start("a")).toEqual({ kind: "held", by: "account" });
    for (const name of ["a", "b"])
      expect(await world.open(name)).toMatchObject({ state: "queued", failuresInRow: 0 });
  });
});
