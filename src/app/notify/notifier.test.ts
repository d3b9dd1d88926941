import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMemoryStore } from "../../../test/memory/memory-store.ts";
import { SILENT_LOG, TIMER_CLOCK } from "../../../test/support/app-world.ts";
import { sampleRow, sampleSignal } from "../../../test/support/sample-snapshot.ts";
import { configSchema } from "../../config/schema.ts";
import type { TaskRow } from "../../core/contract/snapshot.ts";
import { type Delivery, testMessage, toNotifications } from "../../core/notify/outbox.ts";
import { MINUTE_MS, SECOND_MS } from "../../core/values/durations.ts";
import type { Destination, Letter } from "../../ports/system/messenger.ts";
import { Notifier } from "./notifier.ts";
import { sendTest } from "./send-test.ts";

const SENT: Delivery = { kind: "sent" };
const REFUSED: Delivery = { kind: "failed", why: "hooks.example answered 500", retryAfterMs: null };
const HEADER = { people: [], owners_checked: false };

const started: AbortController[] = [];
beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 2, 24, 12) }));
afterEach(() => {
  for (const one of started.splice(0)) one.abort();
  vi.useRealTimers();
});

function setUp(notify: object, { store = createMemoryStore(), owner = null as string | null } = {}) {
  const letters: (Letter & { readonly channel: Destination["channel"] })[] = [];
  const answers: Delivery[] = [];
  const settings = { now: configSchema.parse({ notify }).notify };
  const context = {
    clock: TIMER_CLOCK,
    store,
    log: SILENT_LOG,
    repositoryName: "APP",
    owner,
    notify: () => settings.now,
    pathOf: (key: string | null) => (key === null ? "/status" : `/tasks/${key}`),
    messenger: {
      send: async (letter: Letter, { channel }: Destination) => {
        letters.push({ ...letter, channel });
        return answers.shift() ?? SENT;
      },
    },
  };
  const notifier = new Notifier(context);
  const leading = new AbortController();
  started.push(leading);
  notifier.start(leading.signal);
  const publish = async (...rows: readonly TaskRow[]) => {
    notifier.note(
      { header: HEADER, rows: new Map(rows.map((row) => [row.key, row])) },
      "http://127.0.0.1:7000",
    );
    await vi.advanceTimersByTimeAsync(0);
  };
  return { context, letters, answers, publish, store, settings, stop: () => leading.abort() };
}

function needing(key: string, owner = "dave"): TaskRow {
  const since = new Date().toISOString();
  const signals = [sampleSignal("needs_answer", `claude asks: “What about ${key}?”`, { first_seen: since })];
  return { ...sampleRow({ key, group: "needs_attention", signals, owner, owner_state: "unchecked" }), since };
}

const calm = (key: string) => sampleRow({ key, group: "active" });

describe("N87: the runner that leads sends what is news, beside the cycles", () => {
  test("that a task needs a person, at once, and that it no longer does, two minutes later", async () => {
    const { publish, letters } = setUp({ command: ["say"], kinds: ["needs_you", "resolved"] });
    await publish(calm("a"));
    await publish(needing("a"), needing("b"));
    expect(letters.map(({ kind, title, text }) => [kind, title, text])).toEqual([
      ["needs_you", "A task needs you", "2 tasks need you in APP."],
      ["needs_you", "A task needs you", "2 tasks need you in APP."],
    ]);
    await publish(calm("a"), needing("b"));
    await vi.advanceTimersByTimeAsync(2 * MINUTE_MS - 1);
    expect(letters).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(letters.slice(2).map(({ kind, text }) => [kind, text])).toEqual([
      ["resolved", "1 task needs you in APP."],
    ]);
  });

  test("N80: without content nothing of a task leaves; with it title, question and link", async () => {
    const plain = setUp({ webhook: "https://hooks.example/x" });
    await plain.publish();
    await plain.publish(needing("fix-login"));
    expect(JSON.stringify(plain.letters)).not.toMatch(/fix|login|asks|127\.0\.0\.1/i);
    expect(plain.letters).toHaveLength(1);
    const open = setUp({ webhook: "https://hooks.example/x", content: true });
    await open.publish();
    await open.publish(needing("fix-login"));
    expect(open.letters).toMatchObject([
      {
        key: "fix-login",
        title: "Needs you: Fix login",
        text: "claude asks: “What about fix-login?”",
        url: "http://127.0.0.1:7000/tasks/fix-login",
      },
    ]);
  });

  test("N82: nothing for what was there before, nothing twice after a restart", async () => {
    const first = setUp({ command: ["say"] });
    await first.publish(needing("old"));
    expect(first.letters).toEqual([]);
    await vi.advanceTimersByTimeAsync(SECOND_MS);
    const row = needing("new");
    await first.publish(needing("old"), row);
    expect(first.letters).toHaveLength(1);
    first.stop();
    const second = setUp({ command: ["say"] }, { store: first.store });
    await second.publish(row);
    expect(second.letters).toEqual([]);
  });

  test("N84: what was not taken is sent later, also by the next process", async () => {
    const first = setUp({ ntfy: "https://ntfy.sh/t" });
    first.answers.push(REFUSED, REFUSED);
    await first.publish();
    await first.publish(needing("a"));
    await vi.advanceTimersByTimeAsync(10 * SECOND_MS);
    expect(first.letters).toHaveLength(2);
    first.stop();
    const second = setUp({ ntfy: "https://ntfy.sh/t" }, { store: first.store });
    await vi.advanceTimersByTimeAsync(20 * SECOND_MS);
    expect(second.letters.map(({ id }) => id)).toEqual([first.letters[0]?.id]);
    expect(await first.store.readNotifications(9)).toMatchObject([{ state: "sent", tries: 3, error: null }]);
  });

  test("N84: a crash between sending and writing that down sends it again, with the same id", async () => {
    const store = createMemoryStore();
    const first = setUp({ ntfy: "https://ntfy.sh/t" }, { store });
    await first.publish();
    const replace = vi.spyOn(store, "replaceNotification").mockRejectedValue(new Error("killed"));
    await first.publish(needing("a"));
    first.stop();
    replace.mockRestore();
    const second = setUp({ ntfy: "https://ntfy.sh/t" }, { store });
    await vi.advanceTimersByTimeAsync(0);
    expect(first.letters).toHaveLength(1);
    expect(second.letters.map(({ id }) => id)).toEqual(first.letters.map(({ id }) => id));
  });

  test("N84: a receiver that takes nothing holds up no other, and is not asked for each one", async () => {
    const { publish, letters, answers } = setUp({ ntfy: "https://ntfy.sh/t", command: ["say"] });
    answers.push(...Array.from({ length: 8 }, () => REFUSED));
    await publish();
    await publish(needing("a"), needing("b"), needing("c"));
    expect(letters.map(({ channel }) => channel).sort()).toEqual(["command", "ntfy"]);
  });

  test("N87: a test that a page queued is sent at once, also to a receiver that is left alone, and tried once", async () => {
    const { publish, letters, answers, store } = setUp({ ntfy: "https://ntfy.sh/t" });
    answers.push(REFUSED, REFUSED);
    await publish();
    await publish(needing("a"));
    const test = testMessage("APP", Date.now());
    await store.addNotifications(toNotifications([test], ["ntfy"], Date.now()));
    await publish(needing("a"));
    expect(letters.map(({ kind }) => kind)).toEqual(["needs_you", "test"]);
    const [failed] = (await store.readNotifications(9)).filter(({ kind }) => kind === "test");
    expect(failed).toMatchObject({ state: "failed", error: "hooks.example answered 500" });
    await vi.advanceTimersByTimeAsync(10 * SECOND_MS);
    expect(letters.map(({ kind }) => kind)).toEqual(["needs_you", "test", "needs_you"]);
  });

  test("N83: a burst is one", async () => {
    const { publish, letters } = setUp({ command: ["say"] });
    await publish();
    await publish(...["a", "b", "c", "d", "e", "f", "g"].map((key) => needing(key)));
    expect(letters.map(({ title }) => title)).toEqual(["7 tasks need you"]);
  });

  test("N86: the digest, once, without a publication at that time", async () => {
    const at = new Date(Date.now() + 10 * MINUTE_MS);
    const digestAt = `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
    const { publish, letters } = setUp({ command: ["say"], digest_at: digestAt });
    await publish(needing("a"), calm("b"));
    await vi.advanceTimersByTimeAsync(9 * MINUTE_MS);
    expect(letters).toEqual([]);
    await vi.advanceTimersByTimeAsync(6 * 60 * MINUTE_MS);
    expect(letters.map(({ title, text }) => [title, text])).toEqual([
      ["Digest of APP", "1 task needs you in APP. 1 active."],
    ]);
  });

  test("only the kinds and the owner that the settings name", async () => {
    const { publish, letters } = setUp({ command: ["say"], kinds: ["needs_you"] }, { owner: "Mia" });
    await publish(needing("x", "mia"));
    await vi.advanceTimersByTimeAsync(1);
    await publish(needing("a"), needing("b", "mia"));
    expect(letters.map(({ text }) => text)).toEqual(["1 task needs you in APP."]);
  });

  test("changed settings count at once; what waits for a channel that is off has failed", async () => {
    const made = setUp({ ntfy: "https://ntfy.sh/t" });
    made.answers.push(REFUSED);
    await made.publish();
    await made.publish(needing("a"));
    made.settings.now = configSchema.parse({}).notify;
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect(made.letters).toHaveLength(1);
    expect(await made.store.readNotifications(9)).toMatchObject([
      { state: "failed", error: "notify.ntfy is not set any more" },
    ]);
  });

  test("a store that cannot be written for a while sends nothing twice", async () => {
    const store = createMemoryStore();
    const { publish, letters } = setUp({ command: ["say"] }, { store });
    await publish();
    const replace = vi.spyOn(store, "replaceNotification").mockRejectedValue(new Error("disk full"));
    const row = needing("a");
    for (const _cycle of [1, 2, 3]) {
      await publish(row);
      await vi.advanceTimersByTimeAsync(15 * SECOND_MS);
    }
    expect(replace.mock.calls.length).toBeGreaterThan(1);
    replace.mockRestore();
    await publish(row);
    expect(letters).toHaveLength(1);
    expect(await store.readNotifications(9)).toMatchObject([{ state: "sent", tries: 1 }]);
  });

  test("a store that fails loses nothing", async () => {
    const store = createMemoryStore();
    const { publish, letters } = setUp({ command: ["say"] }, { store });
    await publish();
    const add = vi.spyOn(store, "addNotifications").mockRejectedValueOnce(new Error("disk full"));
    const row = needing("a");
    await publish(row);
    expect(letters).toEqual([]);
    await publish(row);
    expect(letters).toHaveLength(1);
    expect(add).toHaveBeenCalledTimes(2);
  });
});

test("N87: a test says for each channel what happened, and stays in the list", async () => {
  const { context, store, answers } = setUp({ browser: true, command: ["say"], ntfy: "https://ntfy.sh/t" });
  answers.push(REFUSED, SENT);
  const { signal } = new AbortController();
  const all = await sendTest(context, context.notify(), { only: null, signal });
  expect(all.map(({ channel, state, error }) => [channel, state, error])).toEqual([
    ["browser", "sent", null],
    ["command", "failed", "hooks.example answered 500"],
    ["ntfy", "sent", null],
  ]);
  expect(await store.readNotifications(9)).toHaveLength(3);
  expect(await store.readWaitingNotifications(9)).toEqual([]);
  const one = await sendTest(context, context.notify(), { only: "ntfy", signal });
  expect(one.map(({ channel }) => channel)).toEqual(["ntfy"]);
});
