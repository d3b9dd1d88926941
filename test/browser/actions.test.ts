// Acting from an open page: by one press, without losing text typed elsewhere.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { refusal } from "../../src/core/contract/refusal.ts";
import { type StartedBrowser, startBrowser } from "../support/browser.ts";
import type { FakeWork } from "../support/fake-work.ts";
import { snapshotOfNight } from "../support/sample-night.ts";
import { DISPATCH, rowsAtWork } from "../support/sample-runs.ts";
import { openStatus, type StatusTab, tabAtWork, untilLive, untilText } from "../support/status-tab.ts";

let browser: StartedBrowser;
let tab: StatusTab;
let work: FakeWork;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
afterEach(async () => {
  expect(tab.complaints).toEqual([]);
  await tab.close();
});

async function open(path = "/status", javaScriptEnabled = true, clock = false): Promise<void> {
  const atWork = tabAtWork();
  work = atWork.work;
  tab = await openStatus(browser, { ...atWork, path, clock, context: { javaScriptEnabled } });
  if (javaScriptEnabled && path.startsWith("/status")) await untilLive(tab.page);
}

/** Pointer and focus go where no list is. */
async function leaveLists(): Promise<void> {
  await tab.page.mouse.move(5, 5);
  await tab.page.evaluate("document.activeElement.blur()");
}

const row = (key: string) => tab.page.locator(`tr[id="t-${key}"]`);
/** The rows without one: what is published once it was acted on. */
const without = (key: string) => rowsAtWork().filter((one) => one.key !== key);

describe("on a live page", () => {
  it("answers a question: sent once, and the row is gone once the pointer has left the list", async () => {
    await open();
    tab.live.onRefreshNow = () => tab.live.publish(without("name-the-pilot"));
    const box = tab.page.locator('[id="answer-name-the-pilot"]');
    await box.fill("Aurora, in en and de");
    let loads = 0;
    tab.page.on("load", () => {
      loads += 1;
    });
    await box.press("Enter");
    await untilText(tab.page, "done Answered “Aurora, in en and de”");
    expect(await row("name-the-pilot").locator(".what").innerText()).toContain(
      "Answered “Aurora, in en and de”",
    );
    await leaveLists();
    await row("name-the-pilot").waitFor({ state: "detached" });
    expect(work.calls).toEqual([
      {
        action: "answer",
        request: { run: "run-name-the-pilot", question: 1, text: "Aurora, in en and de" },
      },
    ]);
    expect(loads).toBe(0);
    expect(await tab.page.locator("#announce").textContent()).toMatch(
      /^Answered “Aurora, in en and de”: .*\. Press z to undo\.$/,
    );
  });

  it("answers with a choice", async () => {
    await open();
    await row("pick-the-pilot-region").getByRole("button", { name: "Answer us" }).click();
    await expect.poll(() => work.calls).toMatchObject([{ action: "answer", request: { text: "us" } }]);
  });

  it("N97: continues with another worker from its row, and lets a pause end at its own time again", async () => {
    await open();
    const night = snapshotOfNight();
    tab.live.publish(night.tasks, { dispatch: night.dispatch });
    const button = row("limited").getByRole("button", { name: "Continue with gemini" });
    await button.waitFor();
    // Then no other row has a button of this kind, so the column is gone.
    tab.live.onRefreshNow = () =>
      tab.live.publish(night.tasks, { dispatch: { ...night.dispatch, fallbacks: {} } });
    await button.click();
    await untilText(tab.page, "done Continues with gemini");
    await leaveLists();
    await row("signed-out").getByRole("button").waitFor({ state: "detached" });
    expect(work.calls).toMatchObject([
      { action: "handOver", request: { run: { id: "run-limited", epoch: 2 }, worker: "gemini" } },
    ]);
    await tab.page.getByRole("button", { name: "Automatic again" }).click();
    await untilText(tab.page, "Ends at its own time again");
    expect(work.calls[1]).toMatchObject({ action: "letPauseEnd", request: { kind: "account", name: "ci" } });
  });

  it("acknowledges, snoozes from the menu, kicks off, pauses and resumes", async () => {
    await open();
    await row("bad-yaml").getByRole("button", { name: "Acknowledge" }).click();
    await expect.poll(() => work.calls.length).toBe(1);
    await row("rotate-the-signing-keys").locator("summary").click();
    await row("rotate-the-signing-keys").getByRole("button", { name: "tomorrow" }).click();
    await expect.poll(() => work.calls.length).toBe(2);
    await row("milestone-burn-up").getByRole("button", { name: "Kick off" }).click();
    await expect.poll(() => work.calls.length).toBe(3);
    tab.live.onRefreshNow = () =>
      tab.live.publish(rowsAtWork(), {
        dispatch: { ...DISPATCH, pause: { by: "dave", at: "2026-03-24T12:04:31.000Z", note: null } },
      });
    await tab.page.getByRole("button", { name: "Pause starts" }).click();
    await tab.page.getByRole("button", { name: "Resume starts" }).click();
    await expect
      .poll(() => work.calls.map(({ action }) => action))
      .toEqual(["acknowledge", "snooze", "kickoff", "pause", "resume"]);
    expect(work.calls[0]?.request).toMatchObject({ key: "bad-yaml", codes: ["invalid_task"] });
    expect(work.calls[1]?.request).toMatchObject({
      key: "rotate-the-signing-keys",
      codes: ["pickup_overdue"],
    });
  });

  it("U6: a row that was acted on moves on once pointer and focus have left the list", async () => {
    await open("/status", true, true);
    const moved = (group: "ready" | "active") =>
      rowsAtWork().map((one) =>
        one.key === "milestone-burn-up" ? { ...one, group, base_group: group } : one,
      );
    tab.live.onRefreshNow = () => tab.live.publish(moved("ready"));
    await row("milestone-burn-up").getByRole("button", { name: "Kick off" }).click();
    await untilText(tab.page, "done Queued");
    tab.live.publish(moved("active"));
    await tab.page.clock.runFor(6500);
    expect(await tab.page.locator('#g-ready tr[id="t-milestone-burn-up"]').count()).toBe(1);
    await leaveLists();
    await tab.page.locator('#g-active tr[id="t-milestone-burn-up"]').waitFor({ timeout: 5000 });
  });

  it("U4: an answer that is being typed survives updates, and what is done elsewhere", async () => {
    await open();
    const box = tab.page.locator('[id="answer-name-the-pilot"]');
    await box.pressSequentially("Auro");
    tab.live.publish(without("bad-yaml"));
    await tab.page.locator("#pending:visible", { hasText: "1 update waiting" }).waitFor();
    expect(await row("bad-yaml").count()).toBe(1);
    // Focus is somewhere else by now.
    await tab.page.locator("#h-active").click();
    tab.live.publish(without("bad-yaml"));
    await tab.page.locator("#pending:visible", { hasText: "2 updates waiting" }).waitFor();

    tab.live.onRefreshNow = () =>
      tab.live.publish(without("bad-yaml").filter(({ key }) => key !== "rotate-the-signing-keys"));
    await row("rotate-the-signing-keys").getByRole("button", { name: "Acknowledge" }).click();
    await row("rotate-the-signing-keys").locator(".what", { hasText: "Acknowledged until" }).waitFor();
    await tab.page.locator("#pending:visible", { hasText: "3 updates waiting" }).waitFor();
    await tab.page.locator("#pending").click();
    await row("rotate-the-signing-keys").waitFor({ state: "detached" });
    expect(await row("bad-yaml").count()).toBe(0);
    expect(await box.inputValue()).toBe("Auro");
  });

  it("nothing moves under the pointer when the box of an answer loses the focus", async () => {
    await open();
    const below = row("host-dataface-on-gcp").getByRole("button", { name: "Acknowledge" });
    const before = await below.boundingBox();
    await tab.page.locator('[id="answer-name-the-pilot"]').fill("Aurora");
    expect(await below.boundingBox()).toEqual(before);
    const cut = `(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight + 1)(
      document.querySelector("[id='t-name-the-pilot'] .what .one-line"))`;
    expect(await tab.page.evaluate(cut)).toBe(false);
    await below.click();
    await expect.poll(() => work.calls).toMatchObject([{ action: "acknowledge" }]);
  });

  it("a button with focus changes with the page", async () => {
    await open();
    const pause = tab.page.getByRole("button", { name: "Pause starts" });
    await pause.focus();
    const paused = { by: "dave", at: "2026-03-24T12:04:31.000Z", note: null };
    tab.live.publish(rowsAtWork(), { dispatch: { ...DISPATCH, pause: paused } });
    await tab.page.getByRole("button", { name: "Resume starts" }).waitFor();
  });

  it("U3: an open menu stays open over an update", async () => {
    await open();
    await row("bad-yaml").locator("summary").click();
    tab.live.publish(
      rowsAtWork().map((one) => (one.key === "port-bundles" ? { ...one, title: "Renamed" } : one)),
    );
    await untilText(tab.page, "Renamed");
    expect(await row("bad-yaml").getByRole("button", { name: "Snooze for 1 h" }).isVisible()).toBe(true);
  });

  it("U18: a refusal is shown in its row, with what to do, and typed text is kept", async () => {
    await open();
    work.result = refusal("Another person was faster.", "Look again.");
    const box = tab.page.locator('[id="answer-name-the-pilot"]');
    await box.fill("Aurora");
    await row("name-the-pilot").getByRole("button", { name: "Answer" }).click();
    await row("name-the-pilot")
      .locator(".what", { hasText: "Not done: Another person was faster." })
      .waitFor();
    expect(await tab.page.locator("#toast").innerText()).toContain("Another person was faster. Look again.");
    expect(await box.inputValue()).toBe("Aurora");
    work.result = null;
    await row("name-the-pilot").getByRole("button", { name: "Answer" }).click();
    await row("name-the-pilot").locator(".what", { hasText: "Answered “Aurora”" }).waitFor();
  });

  it("a server that is gone loses nothing that was typed", async () => {
    await open();
    const box = tab.page.locator('[id="answer-name-the-pilot"]');
    await box.fill("Aurora");
    await tab.server.close();
    await box.press("Enter");
    await tab.page.locator('html[data-state="stale"]').waitFor();
    expect(await box.inputValue()).toBe("Aurora");
  });
});

describe("U5: what ends work", () => {
  it("asks, after any number of updates, can be left, and does it on a yes", async () => {
    await open();
    tab.live.publish(rowsAtWork());
    tab.live.publish(rowsAtWork());
    await tab.page.getByRole("button", { name: "Stop all workers" }).click();
    await untilText(tab.page, "Stop all 9 workers?");
    await tab.page.getByRole("link", { name: "Cancel" }).click();
    await untilLive(tab.page);
    await tab.page.reload();
    await tab.page.getByRole("button", { name: "Stop all workers" }).click();
    expect(work.calls).toEqual([]);
    await tab.page.getByRole("button", { name: "Stop 9 workers" }).click();
    await untilLive(tab.page);
    expect(work.calls).toMatchObject([{ action: "stopAll" }]);
    expect(tab.page.url()).toMatch(/\/status\?done=[\w-]+$/);
    expect(await tab.page.locator("#result").innerText()).toContain("Stopping");
  });
});

describe("without script", () => {
  it("everything works by forms, and leads back", async () => {
    await open("/status?owner=dave", false);
    tab.live.onRefreshNow = () => tab.live.publish(without("name-the-pilot"));
    await tab.page.locator('[id="answer-name-the-pilot"]').fill("Aurora");
    await row("name-the-pilot").getByRole("button", { name: "Answer" }).click();
    await row("name-the-pilot").waitFor({ state: "detached" });
    expect(tab.page.url()).toMatch(/\/status\?owner=dave&done=[\w-]+$/);

    await tab.page.goto(`${tab.server.url}/tasks/group-attention-ui-by-task`);
    await tab.page.getByLabel("Message the worker").fill("Use the new API.\nThen test.");
    await tab.page.getByRole("button", { name: "Send" }).click();
    await expect.poll(() => work.calls.length).toBe(2);
    expect(tab.page.url()).toContain("/tasks/group-attention-ui-by-task");
    await tab.page.getByRole("button", { name: "Stop", exact: true }).click();
    await tab.page.getByLabel("Why (optional)").fill("enough");
    await tab.page.getByRole("button", { name: "Stop worker" }).click();
    await tab.page.locator("#work").waitFor();
    expect(tab.page.url()).toContain("/tasks/group-attention-ui-by-task");
    const run = { id: "run-group-attention-ui-by-task", epoch: 2 };
    expect(work.calls.slice(1)).toEqual([
      { action: "continueRun", request: { run, prompt: "Use the new API.\nThen test.", interrupt: false } },
      { action: "stop", request: { run, note: "enough" } },
    ]);
  });
});
