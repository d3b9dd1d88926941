import { describe, expect, test } from "vitest";
import { AwakeKeeper } from "./awake-keeper.ts";

function play() {
  const state = { isWanted: true, held: null as string | null, holds: 0, problems: [] as string[] };
  let fail = (_sentence: string): void => {};
  const keeper = new AwakeKeeper({
    awake: {
      hold: (why, onProblem) => {
        state.held = why;
        state.holds += 1;
        fail = (sentence) => {
          state.held = null;
          onProblem(sentence);
        };
      },
      release: () => {
        state.held = null;
      },
    },
    isWanted: () => state.isWanted,
    onProblem: (sentence) => state.problems.push(sentence),
  });
  return { state, keeper, fail: (sentence: string) => fail(sentence) };
}

describe("N68: idle sleep is held off", () => {
  test("from the first worker to the last, by one program", () => {
    const { state, keeper } = play();
    keeper.note(0);
    expect(state.held).toBeNull();
    for (const workers of [1, 3, 2]) keeper.note(workers);
    expect([state.held, state.holds]).toEqual(["1 worker at work", 1]);
    keeper.note(0);
    expect(state.held).toBeNull();
    keeper.note(2);
    expect([state.held, state.holds]).toEqual(["2 workers at work", 2]);
    keeper.release();
    expect(state.held).toBeNull();
  });

  test("only while the setting asks for it", () => {
    const { state, keeper } = play();
    state.isWanted = false;
    keeper.note(3);
    expect(state.held).toBeNull();
    state.isWanted = true;
    keeper.note(3);
    expect(state.held).not.toBeNull();
    state.isWanted = false;
    keeper.note(3);
    expect(state.held).toBeNull();
  });

  test("where it cannot, each reason is said once, and it is tried again with the next first worker", () => {
    const { state, keeper, fail } = play();
    keeper.note(1);
    fail("there is no systemd-inhibit");
    keeper.note(2);
    expect(state.holds).toBe(1);
    keeper.note(0);
    keeper.note(1);
    fail("there is no systemd-inhibit");
    expect([state.holds, state.problems]).toEqual([2, ["there is no systemd-inhibit"]]);
  });
});
