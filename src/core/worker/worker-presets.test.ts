import { describe, expect, test } from "vitest";
import { findCommandProblem, workerName } from "./worker-command.ts";
import { missingVariables, presetNamed, WORKER_PRESETS } from "./worker-presets.ts";

describe.each(WORKER_PRESETS.map((preset) => [preset.name, preset] as const))("preset %s", (name, preset) => {
  test("is a command without problems that passes the prompt, and is called like its program", () => {
    expect(findCommandProblem(preset.command)).toBeNull();
    expect(workerName(preset.command)).toBe(name);
    expect(preset.command.filter((word) => /^\{prompt(?:_file)?\}$/.test(word))).toHaveLength(1);
  });

  test("says in one sentence what it permits, and names what logs it in", () => {
    expect(preset.permits).toMatch(/^It [^.]+\.$/);
    expect(preset.variables.length).toBeGreaterThan(0);
    expect(presetNamed(name)).toBe(preset);
  });

  test("one of its variables is enough", () => {
    const [first = "", ...others] = preset.variables;
    expect(missingVariables(preset, {})).toEqual(preset.variables);
    expect(missingVariables(preset, { [first]: "" })).toEqual(preset.variables);
    expect(missingVariables(preset, { [others.at(-1) ?? first]: "x" })).toEqual([]);
  });
});
