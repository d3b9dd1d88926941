import { describe, expect, it } from "vitest";
import { sampleSnapshot } from "../../../../test/support/sample-snapshot.ts";
import type { ActivityEvent } from "../../../core/contract/activity.ts";
import { renderChangeFeed, renderNewest } from "./change-feed.ts";

const TIME = { observedAtMs: 60_000 };

const moved = (owner: string): ActivityEvent => ({
  kind: "moved",
  id: 1,
  seq: 1,
  atMs: 0,
  key: "a",
  title: "A",
  owner,
  from: null,
  to: "ready",
  reason: "ready, no dependencies",
});

describe("F10: an empty feed says why it is empty", () => {
  it.each<[string, readonly ActivityEvent[] | null, string]>([
    ["nothing happened", [], "No activity yet."],
    ["the store cannot be read", null, "Can&#39;t tell: the store is unavailable."],
    ["what happened is other people's", [moved("rj")], "None of the latest changes is dave&#39;s."],
  ])("%s", (_, transitions, expected) => {
    const snapshot = sampleSnapshot([], { owner: { name: "dave", resolved_from: null } });
    for (const render of [renderChangeFeed, renderNewest])
      expect(render({ transitions, snapshot, time: TIME }).toString()).toContain(expected);
  });
});
