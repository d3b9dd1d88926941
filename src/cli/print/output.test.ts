import { describe, expect, test, vi } from "vitest";
import { FRESH } from "../../../test/support/sample-snapshot.ts";
import type { LiveEvent } from "../../app/server/live-snapshot.ts";
import type { Freshness } from "../../core/contract/snapshot.ts";
import { createOutput, type OutputSettings } from "./output.ts";
import { followProgress, withProgress } from "./progress.ts";

const ESCAPE = "\u001B";

function terminal({ isTTY = true, columns = 80 } = {}) {
  let text = "";
  return {
    isTTY,
    columns,
    write: (part: string) => {
      text += part;
    },
    text: () => text,
  };
}

function setUp(
  overrides: { readonly isTTY?: boolean; readonly environment?: OutputSettings["environment"] } = {},
) {
  const { isTTY = true, environment = { TERM: "xterm-256color" } } = overrides;
  const stdout = terminal({ isTTY });
  const stderr = terminal({ isTTY });
  return { stdout, stderr, output: createOutput({ stdout, stderr, environment }) };
}

describe("C2: colour only where it is wanted", () => {
  test.each<[string, Parameters<typeof setUp>[0], boolean]>([
    ["a terminal", {}, true],
    ["a pipe", { isTTY: false }, false],
    ["NO_COLOR", { environment: { NO_COLOR: "1" } }, false],
    ["an empty NO_COLOR, which says nothing", { environment: { NO_COLOR: "" } }, true],
    ["a terminal without any", { environment: { TERM: "dumb" } }, false],
  ])("%s", (_, settings, coloured) => {
    const { output } = setUp(settings);
    expect(output.resultStyle.strong("x").includes(ESCAPE)).toBe(coloured);
    expect(output.noteStyle.alarm("x").includes(ESCAPE)).toBe(coloured);
  });

  test("results and notes go to their own streams", () => {
    const { output, stdout, stderr } = setUp({ isTTY: false });
    output.result("result");
    output.note("note");
    expect([stdout.text(), stderr.text()]).toEqual(["result\n", "note\n"]);
  });

  test("a pipe takes lines of any length, a terminal as many columns as it has", () => {
    expect(setUp({ isTTY: false }).output.resultColumns).toBeNull();
    expect(setUp().output.resultColumns).toBe(80);
  });
});

describe("C4: long work says so on a terminal", () => {
  async function work(durationMs: number, isTTY: boolean) {
    vi.useFakeTimers();
    try {
      const { output, stdout, stderr } = setUp({ isTTY });
      const done = withProgress(
        output,
        "Reading the tasks",
        () => new Promise((resolve) => setTimeout(resolve, durationMs)),
      );
      await vi.advanceTimersByTimeAsync(durationMs);
      await done;
      return { said: stderr.text(), result: stdout.text() };
    } finally {
      vi.useRealTimers();
    }
  }

  test("after a second, counting on, and wiped away in the end", async () => {
    const { said, result } = await work(2_500, true);
    expect(said).toContain("Reading the tasks, 1 s ...");
    expect(said).toContain("Reading the tasks, 2 s ...");
    expect(said.endsWith("\r\u001B[K")).toBe(true);
    expect(result).toBe("");
  });

  test.each([
    ["short work", 900, true],
    ["work that no one watches", 5_000, false],
  ])("%s is silent", async (_, durationMs, isTTY) => {
    expect(await work(durationMs, isTTY)).toEqual({ said: "", result: "" });
  });

  test("a result that comes meanwhile is not mixed into the line", () => {
    const { output, stderr, stdout } = setUp();
    output.progress("Reading ...");
    output.result("result");
    expect(stderr.text()).toBe("Reading ...\r\u001B[K");
    expect(stdout.text()).toBe("result\n");
  });
});

describe("C4: how far long work is", () => {
  const progress = { phase: "reading", done: 41_000, total: 100_000 } as const;

  test("stands beside what is being done", async () => {
    vi.useFakeTimers();
    const { output, stderr } = setUp();
    const working = withProgress(output, "Updating", async (tell) => {
      tell(progress);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
    });
    await vi.advanceTimersByTimeAsync(1_500);
    await working;
    vi.useRealTimers();
    expect(stderr.text()).toContain("Updating: reading 41,000 of 100,000 files, 1 s ...");
  });

  test("of a server's updates is shown while there is some, and cleared after", () => {
    const { output, stderr } = setUp();
    const listeners = new Set<(event: LiveEvent) => void>();
    let newest: Freshness = { ...FRESH, progress };
    const stop = followProgress(output, {
      freshness: () => newest,
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    });
    const tell = () => listeners.forEach((listener) => void listener({ kind: "freshness" }));
    tell();
    const shown = "Updating: reading 41,000 of 100,000 files ...";
    expect(stderr.text()).toBe(shown);
    newest = FRESH;
    tell();
    expect(stderr.text()).toBe(`${shown}\r${ESCAPE}[K`);
    stop();
    expect(listeners.size).toBe(0);
  });
});
