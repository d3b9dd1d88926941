import { describe, expect, test, vi } from "vitest";
import { createOutput, type OutputSettings } from "./output.ts";
import { withProgress } from "./progress.ts";

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
    ["work that nobody watches", 5_000, false],
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
