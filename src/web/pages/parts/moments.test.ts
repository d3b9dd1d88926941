import { describe, expect, it } from "vitest";
import type { ActivityEvent } from "../../../core/contract/activity.ts";
import { changeWords } from "./change-feed.ts";
import { momentsOf } from "./moments.ts";

const common = { atMs: 0, key: "a", title: "A", owner: null };
let id = 0;

function moved(
  from: "active" | "ready",
  to: "active" | "needs_attention",
  reason: string,
  seq = 1,
): ActivityEvent {
  id += 1;
  return { ...common, id, seq, kind: "moved", from, to, reason };
}

function signal(kind: "signal_raised" | "signal_cleared", sentence: string, seq = 1): ActivityEvent {
  id += 1;
  return { ...common, id, seq, kind, code: "pickup_overdue", tier: 2, sentence, group: "active" };
}

function check(changes: readonly ActivityEvent[], lines: readonly string[]): void {
  const words = momentsOf(changes).map((moment) => String(changeWords(moment)).replace(/<[^>]*>/g, ""));
  expect(words).toEqual(lines);
}

describe("changes of one moment", () => {
  it("a move shows its signal once, with the code", () =>
    check(
      [signal("signal_raised", "Overdue"), moved("ready", "needs_attention", "Overdue")],
      ["ready → needs you: Overdue pickup_overdue"],
    ));

  it("a move shows other signals after its reason", () =>
    check(
      [moved("ready", "active", "in progress"), signal("signal_cleared", "Overdue")],
      ["ready → active: in progress; Resolved: Overdue"],
    ));

  it("signals alone are lines of their own", () =>
    check(
      [signal("signal_raised", "Overdue"), signal("signal_raised", "No owner")],
      ["Needs you: Overdue", "Needs you: No owner"],
    ));

  it("other moments stay apart, in their order", () =>
    check(
      [signal("signal_cleared", "Overdue", 2), moved("ready", "active", "in progress", 1)],
      ["Resolved: Overdue", "ready → active: in progress"],
    ));
});
