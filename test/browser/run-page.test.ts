// The page of a run updates while the tab is visible: transcript, raw output, course, plan and facts.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { AgentEvent, TimedEvent } from "../../src/core/agent/contract/agent-event.ts";
import { type StartedBrowser, startBrowser } from "../support/browser.ts";
import type { FakeWork } from "../support/fake-work.ts";
import { sampleMessage, sampleTool } from "../support/sample-events.ts";
import { OBSERVED_AT_MS } from "../support/sample-snapshot.ts";
import { type OpenOptions, openStatus, type StatusTab, tabAtWork } from "../support/status-tab.ts";

const KEY = "group-attention-ui-by-task";
const PATH = `/runs/run-${KEY}`;

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

const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => `line ${from + at}`);

type Opened = OpenOptions & { readonly events?: readonly TimedEvent[] };

async function open(output: readonly string[], { events = [], ...options }: Opened = {}): Promise<void> {
  const atWork = tabAtWork();
  work = atWork.work;
  work.output = output;
  work.events = events;
  tab = await openStatus(browser, { ...atWork, path: PATH, ...options });
}

const shown = () => tab.page.locator("#log li").allTextContents();
const distanceToEnd = () =>
  tab.page.evaluate<number>(
    "(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(document.getElementById('log'))",
  );
const steps = () => tab.page.locator("#transcript .steps > li").allInnerTexts();
const looks = () => {
  const seen: string[] = [];
  tab.page.on("request", (request) => seen.push(new URL(request.url()).pathname));
  return seen;
};
const at = (minutesAgo: number, event: AgentEvent): TimedEvent => ({
  ...event,
  atMs: OBSERVED_AT_MS - minutesAgo * 60_000,
  attempt: 1,
});
const hide = (state: "hidden" | "visible") =>
  tab.page.evaluate(
    `Object.defineProperty(document, "visibilityState", { value: "${state}", configurable: true })`,
  );

describe("K39: the transcript", () => {
  it("grows while the worker speaks; what a reader opened stays open, failures are open", async () => {
    const failed = sampleTool({ id: "x", state: "failed", exitCode: 1, output: "1 failed" });
    const well = sampleTool({ id: "y", input: "npm run build", output: "built" });
    await open([], { events: [at(5, sampleMessage("I look.")), at(4, failed), at(3, well)] });
    expect(await steps()).toHaveLength(3);
    expect(await tab.page.getByText("1 failed").isVisible()).toBe(true);
    expect(await tab.page.getByText("built", { exact: true }).isVisible()).toBe(false);
    await tab.page.getByText("npm run build").click();
    work.events = [...work.events, at(1, sampleMessage("It **builds**."))];
    await expect.poll(steps).toHaveLength(4);
    expect(await tab.page.locator("#transcript strong", { hasText: "builds" }).isVisible()).toBe(true);
    expect(await tab.page.getByText("built", { exact: true }).isVisible()).toBe(true);
  });

  it("a message that is being typed stays while all else is updated", async () => {
    await open([], { events: [at(5, sampleMessage("I look."))] });
    await tab.page.getByLabel("Message the worker").fill("Use the fake clock");
    work.events = [...work.events, at(1, sampleMessage("Next."))];
    await expect.poll(steps).toHaveLength(2);
    expect(await tab.page.getByLabel("Message the worker").inputValue()).toBe("Use the fake clock");
  });

  it("S12: what an agent says is no HTML and runs nothing", async () => {
    const evil = "<img src=x onerror=\"document.title='owned'\"> <script>document.title='owned'</script>";
    const events = [
      at(2, sampleMessage(evil)),
      at(1, sampleTool({ input: evil, output: evil, state: "failed" })),
    ];
    await open([], { events });
    expect(await steps()).toHaveLength(2);
    expect(await tab.page.title()).not.toBe("owned");
    expect(await tab.page.locator("#transcript :is(script, img[onerror])").count()).toBe(0);
  });

  it("says at once when the server does not answer, and when it does again", async () => {
    await open([], { events: [at(5, sampleMessage("I look."))], clock: true });
    await tab.context.route("**/runs/*", (route) => route.abort());
    await tab.page.clock.runFor(2_500);
    await tab.page.getByText("Not updating: the server does not answer.").waitFor();
    await tab.context.unroute("**/runs/*");
    await tab.page.clock.runFor(11_000);
    await tab.page.getByText("This page updates while it is open.").waitFor();
    tab.complaints.length = 0;
  });

  it("F13: a hidden tab asks nothing", async () => {
    await open([], { events: [at(5, sampleMessage("I look."))], clock: true });
    await hide("hidden");
    const asked = looks();
    await tab.page.clock.runFor(20_000);
    expect(asked).toEqual([]);
  });
});

describe("the raw output", () => {
  it("of a worker without events is shown at once, at its end, and followed while the reader stays there", async () => {
    await open(lines(0, 150));
    expect(await distanceToEnd()).toBeLessThan(24);
    work.output = lines(0, 180);
    await expect.poll(shown).toEqual(lines(0, 180));
    expect(await distanceToEnd()).toBeLessThan(24);
  });

  it("leaves a reader who has scrolled up where they are", async () => {
    await open(lines(0, 150));
    await tab.page.evaluate("document.getElementById('log').scrollTop = 40");
    work.output = lines(0, 160);
    await expect.poll(async () => (await shown()).length).toBe(160);
    expect(await tab.page.evaluate("document.getElementById('log').scrollTop")).toBe(40);
  });

  it("S12: what a worker prints is text, line by line", async () => {
    await open(["one"]);
    const evil = "<img src=x onerror=\"document.title='owned'\">\u202E gnp";
    work.output = ["one", evil, "three"];
    await expect.poll(shown).toEqual(["one", evil, "three"]);
    expect(await tab.page.title()).not.toBe("owned");
    expect(await tab.page.locator("#log img").count()).toBe(0);
    expect(await tab.page.evaluate("getComputedStyle(document.querySelector('#log li')).unicodeBidi")).toBe(
      "plaintext",
    );
  });

  it("shows the first line of a worker that had said nothing", async () => {
    await open([]);
    expect(await tab.page.getByText("No output yet.").isVisible()).toBe(true);
    work.output = ["hello"];
    await expect.poll(shown).toEqual(["hello"]);
  });
});

describe("without script", () => {
  it("shows the transcript, or the end of the output, behind links", async () => {
    await open(lines(0, 250), {
      events: [at(5, sampleMessage("I look."))],
      context: { javaScriptEnabled: false },
    });
    expect(await steps()).toHaveLength(1);
    await tab.page.getByRole("link", { name: "Raw log" }).click();
    await expect.poll(shown).toEqual(lines(50, 250));
  });

  it("keeps the prompt folded", async () => {
    const atWork = tabAtWork();
    atWork.work.prompt = "You are at work.";
    tab = await openStatus(browser, { ...atWork, path: PATH, context: { javaScriptEnabled: false } });
    expect(await tab.page.getByText("You are at work.").isVisible()).toBe(false);
    await tab.page.locator("#prompt summary").click();
    expect(await tab.page.getByText("You are at work.").isVisible()).toBe(true);
  });
});

describe("K43: taking over", () => {
  it("copies the command, and says so", async () => {
    const atWork = tabAtWork();
    work = atWork.work;
    const session = { kind: "claude", id: "S", isStarted: true };
    work.stored = work.stored.map((run) => ({ ...run, session }));
    tab = await openStatus(browser, { ...atWork, path: PATH });
    await tab.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await tab.page.getByRole("button", { name: "Copy" }).click();
    await expect.poll(() => tab.page.locator("#toast").innerText()).toContain("Copied");
    expect(await tab.page.evaluate("navigator.clipboard.readText()")).toBe(`tasks take ${KEY}`);
  });
});
