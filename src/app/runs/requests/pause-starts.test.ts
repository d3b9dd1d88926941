import { expect, test } from "vitest";
import { createMemoryClock } from "../../../../test/memory/memory-clock.ts";
import { createMemoryStore } from "../../../../test/memory/memory-store.ts";
import { pauseStarts, resumeStarts } from "./pause-starts.ts";

test("a pause says who, when and why, and is in the feed; the next one takes its place", async () => {
  const clock = createMemoryClock();
  const store = createMemoryStore();
  const first = { by: "dave", atMs: clock.wallMs(), note: "release day" };
  expect(await pauseStarts({ clock, store }, { by: "dave", note: "release day" })).toEqual({
    pause: first,
    before: null,
  });
  clock.advance(1_000);
  expect(await pauseStarts({ clock, store }, { by: "mia", note: null })).toMatchObject({ before: first });
  expect(await store.readPause()).toMatchObject({ by: "mia", note: null });
  expect(await store.readTransitions({ limit: 5 })).toMatchObject([
    { action: "pause", by: "mia", key: "" },
    { action: "pause", by: "dave", note: "release day" },
  ]);
});

test("resuming ends it once; where nothing is paused nothing is written", async () => {
  const clock = createMemoryClock();
  const store = createMemoryStore();
  await pauseStarts({ clock, store }, { by: "dave", note: null });
  expect(await resumeStarts({ clock, store }, { by: "mia", note: null })).toMatchObject({ by: "dave" });
  expect(await store.readPause()).toBeNull();
  const version = await store.readRunsVersion();
  expect(await resumeStarts({ clock, store }, { by: "mia", note: null })).toBeNull();
  expect(await store.readRunsVersion()).toBe(version);
  expect(await store.readTransitions({ limit: 5 })).toHaveLength(2);
});
