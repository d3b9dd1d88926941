// Places for workers of one machine, claimed by several repositories and by real processes.

import { spawn } from "node:child_process";
import { statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../../test/support/git-repository.ts";
import type { ProcessIdentity, RunId } from "../../core/contract/run.ts";
import type { Presence } from "../../core/run/observation.ts";
import type { SlotRequest } from "../../ports/runs/worker-slots.ts";
import { identifyProcess, probeProcess } from "../process-table/process-identity.ts";
import { createWorkerSlots } from "./worker-slots.ts";

const holder = (name: string): ProcessIdentity => ({ id: `linux:boot:${name}`, host: "desk", pid: 7 });

function setUp() {
  const stateFolder = join(temporaryFolder("tasks-slots"), "state");
  const presence = new Map<string, Presence>();
  const open = (root: string) =>
    createWorkerSlots({
      stateFolder,
      root,
      see: ({ id }) => presence.get(id) ?? "alive",
      nowMs: () => 1_000,
    });
  return { stateFolder, presence, one: open("/one"), two: open("/two") };
}

const request = (run: string, changes: Partial<SlotRequest> = {}): SlotRequest => ({
  run: run as RunId,
  holder: holder(run),
  limit: 8,
  portBase: 20_000,
  ports: 10,
  avoid: [],
  preferred: null,
  ...changes,
});

test("W31: two repositories get blocks that do not overlap, whatever their sizes", () => {
  const { one, two } = setUp();
  expect(one.claim(request("a"))).toEqual({ kind: "claimed", firstPort: 20_000 });
  expect(two.claim(request("b", { ports: 4, portBase: 19_998 }))).toEqual({
    kind: "claimed",
    firstPort: 20_010,
  });
  expect(one.claim(request("c"))).toEqual({ kind: "claimed", firstPort: 20_020 });
});

test("W30: workers of both count against the limit, and each repository sees those of the other", () => {
  const { one, two } = setUp();
  one.claim(request("a", { limit: 2 }));
  two.claim(request("b", { limit: 2 }));
  expect(two.claim(request("c", { limit: 2 }))).toEqual({ kind: "full" });
  expect([one.countElsewhere(), two.countElsewhere()]).toEqual([1, 1]);
});

test("W31: a block is given out again once its run has let go of it or is gone; the run that had it gets it back", () => {
  const { one, two, presence } = setUp();
  one.claim(request("a"));
  two.claim(request("b"));
  one.release(request("a"));
  expect(two.claim(request("c"))).toEqual({ kind: "claimed", firstPort: 20_000 });
  presence.set(holder("b").id, "gone");
  expect(one.claim(request("d"))).toEqual({ kind: "claimed", firstPort: 20_010 });
  expect(one.claim(request("e", { preferred: 20_040 }))).toEqual({ kind: "claimed", firstPort: 20_040 });
  expect(one.claim(request("f", { preferred: 20_040 }))).toEqual({ kind: "claimed", firstPort: 20_020 });
});

test("W31: no block passes the last port", () => {
  const { one } = setUp();
  const near = { portBase: 65_516 };
  expect(one.claim(request("a", near))).toEqual({ kind: "claimed", firstPort: 65_516 });
  expect(one.claim(request("b", near))).toEqual({ kind: "claimed", firstPort: 65_526 });
  expect(one.claim(request("c", near))).toEqual({ kind: "no_ports" });
  one.release(request("a"));
  expect(one.claim(request("c", near))).toEqual({ kind: "claimed", firstPort: 65_516 });
});

test("W31: workers that an earlier version started keep their blocks", () => {
  const { one } = setUp();
  expect(one.claim(request("a", { avoid: [20_000, 20_010] }))).toEqual({
    kind: "claimed",
    firstPort: 20_020,
  });
});

test("a supervisor takes over from its dispatcher, which then releases nothing; too late, it is refused", () => {
  const { one, two, presence } = setUp();
  one.claim(request("a"));
  const supervisor = holder("supervisor");
  const slot = { run: "a" as RunId, holder: supervisor, ports: 10, firstPort: 20_000 };
  expect(one.adopt(slot)).toBe(true);
  one.release(request("a"));
  expect(two.countElsewhere()).toBe(1);
  presence.set(supervisor.id, "gone");
  expect(two.claim(request("b"))).toEqual({ kind: "claimed", firstPort: 20_000 });
  expect(one.adopt(slot)).toBe(false);
});

test("N2: launches of one account are spaced over all repositories, other accounts wait for none", () => {
  const { one, two } = setUp();
  expect([one.claimLaunch("team"), two.claimLaunch("team"), one.claimLaunch("team")]).toEqual([
    1_000, 3_000, 5_000,
  ]);
  expect(two.claimLaunch("own")).toBe(1_000);
});

test("the file is the user's own, and no link is followed", () => {
  const { one, stateFolder } = setUp();
  one.claim(request("a"));
  expect([
    statSync(stateFolder).mode & 0o777,
    statSync(join(stateFolder, "worker-slots.sqlite")).mode & 0o777,
  ]).toEqual([0o700, 0o600]);
  const linked = join(temporaryFolder("tasks-slots"), "state");
  symlinkSync(stateFolder, linked);
  const through = createWorkerSlots({
    stateFolder: linked,
    root: "/one",
    see: () => "alive",
    nowMs: () => 0,
  });
  expect(() => through.claim(request("b"))).toThrow();
});

test("W30: of ten processes at once no two get the same block, and no more than the limit get any; killed, they hold none", async () => {
  const { stateFolder } = setUp();
  const script = `
    const { createWorkerSlots } = await import(process.argv[1]);
    const { identifyProcess, probeProcess } = await import(process.argv[2]);
    const slots = createWorkerSlots({ stateFolder: process.argv[3], root: "/" + process.pid, see: probeProcess, nowMs: Date.now });
    const answer = slots.claim({ run: "r" + process.pid, holder: identifyProcess(process.pid), limit: 6, portBase: 20000, ports: 10, avoid: [], preferred: null });
    console.log(JSON.stringify(answer));
    setInterval(() => {}, 1000);`;
  const modules = ["./worker-slots.ts", "../process-table/process-identity.ts"].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const children = Array.from({ length: 10 }, () =>
    spawn(process.execPath, ["--input-type=module", "-e", script, ...modules, stateFolder], {
      stdio: ["ignore", "pipe", "inherit"],
    }),
  );
  const endAll = () =>
    Promise.all(
      children.map((child) => {
        if (child.exitCode !== null || child.signalCode !== null) return null;
        const ended = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGKILL");
        return ended;
      }),
    );
  onTestFinished(async () => void (await endAll()));
  const answers = await Promise.all(
    children.map(
      (child) =>
        new Promise<{ kind: string; firstPort?: number }>((resolve) => {
          child.stdout.once("data", (chunk) => resolve(JSON.parse(String(chunk))));
        }),
    ),
  );
  const ports = answers.flatMap(({ firstPort }) => (firstPort === undefined ? [] : [firstPort]));
  expect(ports.toSorted()).toEqual([20_000, 20_010, 20_020, 20_030, 20_040, 20_050]);
  expect(answers.filter(({ kind }) => kind === "full")).toHaveLength(4);
  await endAll();
  const slots = createWorkerSlots({ stateFolder, root: "/here", see: probeProcess, nowMs: Date.now });
  expect(slots.countElsewhere()).toBe(0);
  expect(slots.claim(request("z", { holder: identifyProcess(process.pid) }))).toEqual({
    kind: "claimed",
    firstPort: 20_000,
  });
});
