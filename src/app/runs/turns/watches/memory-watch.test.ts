import { describe, expect, test } from "vitest";
import type { AgentEvent } from "../../../../core/agent/contract/agent-event.ts";
import type { WorkerExit } from "../../../../ports/runs/workers.ts";
import { MemoryWatch } from "./memory-watch.ts";

const KILLED: WorkerExit = { kind: "signalled", signal: "SIGKILL" };
const tool = (
  state: "running" | "ok" | "failed",
  exitCode: number | null = null,
  input = "npx vitest\nrun",
): AgentEvent => ({
  ...{ kind: "tool", id: "1", name: "Bash", does: "run", input, state },
  ...{ exitCode, ms: null, output: null, lines: null },
});

function world() {
  let nowMs = 0;
  let kills: number | null = 3;
  let usedMb = 100;
  let samples = 0;
  const watch = new MemoryWatch({
    clock: { monotonicMs: () => nowMs },
    memory: {
      kills: () => kills,
      usedMb: () => {
        samples += 1;
        return usedMb;
      },
    },
    worker: () => ({ id: "linux:a:1:1", host: "desk", pid: 1 }),
    clean: (text) => text.replaceAll("hunter2", "[redacted]"),
  });
  return {
    watch,
    use: async (mb: number, ms = 60_000) => {
      nowMs += ms;
      usedMb = mb;
      await watch.attend();
    },
    kernelKills: (count: number | null = 4) => {
      kills = count;
    },
    samples: () => samples,
  };
}

describe("N29: a kill by the kernel", () => {
  test("is reported with the most that was used, and what ran", async () => {
    const { watch, use, kernelKills } = world();
    watch.note(tool("running"));
    await use(7_900);
    await use(2_000);
    kernelKills();
    expect(watch.killAtEnd(KILLED)).toEqual({ mb: 7_900, during: "npx vitest run" });
  });

  test("what no kernel counted was killed by someone", () => {
    const { watch, kernelKills } = world();
    expect(watch.killAtEnd(KILLED)).toBeNull();
    kernelKills(null);
    expect(watch.killAtEnd(KILLED)).toBeNull();
  });

  test.each<[string, WorkerExit | null, readonly AgentEvent[], boolean]>([
    ["exit code 137", { kind: "exited", code: 137 }, [], true],
    ["a tool that was killed, and its turn failed", null, [tool("failed", 137)], true],
    ["a tool that was killed, and another one since", null, [tool("failed", 137), tool("ok", 0)], false],
    ["another exit code", { kind: "exited", code: 1 }, [tool("failed", 1)], false],
    ["another signal", { kind: "signalled", signal: "SIGSEGV" }, [], false],
    ["a turn that was over", null, [], false],
  ])("%s", (_, exit, events, isKill) => {
    const { watch, kernelKills } = world();
    for (const event of events) watch.note(event);
    kernelKills();
    expect(watch.killAtEnd(exit) !== null).toBe(isKill);
  });

  test("nothing ran, and nothing was measured", () => {
    const { watch, kernelKills } = world();
    watch.note(tool("running"));
    watch.note(tool("ok", 0));
    kernelKills();
    expect(watch.killAtEnd(KILLED)).toEqual({ mb: null, during: null });
  });

  test("a secret in a command is not shown", () => {
    const { watch, kernelKills } = world();
    watch.note(tool("running", null, "login hunter2"));
    kernelKills();
    expect(watch.killAtEnd(KILLED)?.during).toBe("login [redacted]");
  });

  test("memory is looked at every 15 seconds at most", async () => {
    const { use, samples } = world();
    for (let look = 0; look < 10; look += 1) await use(1, 3_000);
    expect(samples()).toBe(2);
  });
});
