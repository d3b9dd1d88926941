import { beforeEach, describe, expect, test } from "vitest";
import { createMemoryStore } from "../../../test/memory/memory-store.ts";
import { responseOf, webContext } from "../../../test/support/web-fixture.ts";
import { configSchema } from "../../config/schema.ts";
import type { Notification } from "../../core/records/notification.ts";
import { HOUR_MS, MINUTE_MS } from "../../core/values/durations.ts";
import type { Permission } from "../access/action-guard.ts";
import { createApp } from "../server/app.ts";

let store = createMemoryStore();
beforeEach(() => {
  store = createMemoryStore();
});

const ON = {
  browser: true,
  ntfy: "https://dave:SECRET@ntfy.sh/SECRET",
  webhook: "https://hooks.example/SECRET",
};

function open(notify: object = ON, standing: Permission = "acts") {
  const plain = webContext();
  const context = webContext({
    outbox: store,
    config: configSchema.parse({ notify }),
    guard: { ...plain.guard, permissionOf: () => standing },
  });
  const app = createApp(context, {
    scrape: async () => ({ type: "text/plain", text: "" }),
    stream: async () => null,
    streamCookie: () => "stream=1",
  });
  const get = async (path: string, headers: Readonly<Record<string, string>> = { accept: "text/html" }) =>
    await responseOf(app, path, { headers, method: "GET" });
  return { context, get, page: async (path: string) => await (await get(path)).text() };
}

function notification(values: Partial<Notification>): Notification {
  return {
    id: "ntfy needs_you fix-login ci_failed 1",
    channel: "ntfy",
    kind: "needs_you",
    key: "fix-login",
    title: "Needs you: <b>Fix</b> login",
    text: "Checks failing",
    atMs: Date.now() - MINUTE_MS,
    state: "sent",
    tries: 1,
    nextTryMs: 0,
    error: null,
    ...values,
  };
}

describe("N87: the page of notifications", () => {
  test("lists what was sent, waits and failed, with its reason, and no secret of an address", async () => {
    await store.addNotifications([
      notification({}),
      notification({ id: "2", state: "failed", error: "hooks.example answered 410", channel: "webhook" }),
      notification({
        id: "3",
        state: "waiting",
        tries: 2,
        error: "no network",
        nextTryMs: Date.now() + HOUR_MS,
      }),
    ]);
    const text = await open().page("/notifications");
    for (const words of [
      "✓",
      "sent",
      "not sent",
      "hooks.example answered 410",
      "tried 2 times",
      "no network",
    ])
      expect(text).toContain(words);
    expect(text).toContain("&lt;b&gt;Fix&lt;/b&gt;");
    expect(text).toContain("ntfy at https://ntfy.sh/…");
    expect(text).toContain('action="/actions/notify-test"');
    expect(text).not.toContain("SECRET");
  });

  test("says what to do where nothing is set, and nothing to another viewer", async () => {
    await store.addNotifications([notification({})]);
    expect(await open({}).page("/notifications")).toContain("Off: no channel is set.");
    const other = await open(ON, "looks").page("/notifications");
    expect(other).toContain("for the user of this server");
    expect(other).not.toContain("Needs you: ");
  });

  test("pages link to it, and load the script, only for a viewer who is notified", async () => {
    const { context, page } = open();
    const script = `<script src="${context.assets.urls.notify}"`;
    for (const path of ["/status", "/search", "/notifications"]) {
      expect(await page(path)).toContain('href="/notifications"');
      expect(await page(path)).toContain(script);
    }
    expect(await open({ command: ["say"] }).page("/status")).toContain('href="/notifications"');
    expect(await open({ command: ["say"] }).page("/status")).not.toContain(script);
    for (const quiet of [open({}), open(ON, "looks"), open(ON, "shown")])
      expect(await quiet.page("/status")).not.toMatch(/notifications|notify\.js/);
  });
});

describe("N87: what open tabs fetch", () => {
  const JSON_ONLY = { accept: "application/json" };

  test("the browser's notifications of the last ten minutes, and 304 while there is none", async () => {
    const { get } = open();
    await store.addNotifications([
      notification({ id: "old", channel: "browser", atMs: Date.now() - HOUR_MS }),
      notification({ id: "new", channel: "browser" }),
      notification({}),
    ]);
    const answer = await get("/notifications.json", JSON_ONLY);
    expect(await answer.json()).toMatchObject({
      version: 1,
      notifications: [{ id: "new", title: "Needs you: <b>Fix</b> login", url: "/tasks/fix-login" }],
    });
    const tag = answer.headers.get("etag") ?? "";
    // A Response of fetch cannot be made with 304: that it has no body is said by the constructor's refusal.
    await expect(get("/notifications.json", { ...JSON_ONLY, "if-none-match": tag })).rejects.toThrow("304");
    await store.addNotifications([notification({ id: "newer", channel: "browser", key: null })]);
    expect((await get("/notifications.json", { ...JSON_ONLY, "if-none-match": tag })).status).toBe(200);
  });

  test("nothing for another viewer, or without notify.browser", async () => {
    for (const quiet of [open(ON, "looks"), open(ON, "shown"), open({ command: ["say"] })])
      expect((await quiet.get("/notifications.json", JSON_ONLY)).status).toBe(403);
  });
});
