// The page for everyone: any width, theme, eye, hand and paper.

import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { refusal } from "../../src/core/contract/refusal.ts";
import { violations } from "../support/axe.ts";
import { outsideBar } from "../support/bar-texts.ts";
import { type NewContextOptions, type StartedBrowser, startBrowser } from "../support/browser.ts";
import type { FakeWork } from "../support/fake-work.ts";
import { SOURCES } from "../support/sample-pull-requests.ts";
import { attestationAtWork, DISPATCH, rowsAtWork, snapshotAtWork } from "../support/sample-runs.ts";
import { OBSERVED_AT, STALE } from "../support/sample-snapshot.ts";
import { openStatus, type StatusTab, tabAtWork, untilLive } from "../support/status-tab.ts";

const PATHS = [
  "/status",
  "/status?owner=dave&priority=p1",
  "/status?group=planned",
  "/status?flag=acknowledged",
  "/status?group=in_review",
  "/tasks/host-dataface-on-gcp",
  "/tasks/name-the-pilot",
  "/tasks/upgrade-the-client",
  "/tasks/cache-query-plans",
  "/tasks/retry-uploads",
  "/tasks/fix-worktree-pruning",
  "/runs/run-group-attention-ui-by-task",
  "/runs",
  "/activity",
  "/search?q=owner",
  "/workstreams/infra-tooling",
  "/milestones/m1-pilot",
  "/nothing-here",
];

let browser: StartedBrowser;
let tab: StatusTab;
let work: FakeWork;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
afterEach(() => tab.close());

async function open(context: NewContextOptions = {}, path = "/status"): Promise<Page> {
  // Audits run scripts of their own, which the page's policy forbids.
  const atWork = tabAtWork();
  work = atWork.work;
  work.output = Array.from({ length: 60 }, (_, at) => `line ${at} ${"x".repeat(at * 5)}`);
  work.prompt = `Do ${"it".repeat(200)}.`;
  tab = await openStatus(browser, {
    ...atWork,
    path,
    clock: true,
    context: { bypassCSP: true, ...context },
  });
  return tab.page;
}

describe("U10: axe finds nothing", () => {
  it.each(["light", "dark"] as const)(
    "in what was just done, and in what could not be, %s",
    async (colorScheme) => {
      const page = await open({ colorScheme });
      await untilLive(page);
      tab.live.onRefreshNow = () => {
        const pause = { by: "dave", at: OBSERVED_AT, note: "lunch" };
        const rows = rowsAtWork().filter(({ key }) => key !== "rotate-the-signing-keys");
        tab.live.publish(rows, { dispatch: { ...DISPATCH, pause } });
      };
      const act = (key: string) =>
        page.locator(`tr[id="t-${key}"]`).getByRole("button", { name: "Acknowledge" }).click();
      await act("bad-yaml");
      await page.locator("[data-acted=ok] .undo").waitFor();
      await page.locator("#paused").waitFor();
      await page.locator("[data-gone]").waitFor();
      await page.clock.runFor(900);
      work.result = refusal("Another person was faster.", "Look again.");
      await act("host-dataface-on-gcp");
      await page.locator("[data-acted=bad]").waitFor();
      expect(await violations(page)).toEqual([]);
      work.result = null;
      await page.goto(`${tab.server.url}/tasks/milestone-burn-up`);
      await page.locator("#work").getByRole("button", { name: "Kick off" }).click();
      await page.locator("#result").waitFor();
      expect(await violations(page)).toEqual([]);
    },
  );

  it.each(["light", "dark"] as const)("in the %s theme", async (colorScheme) => {
    const page = await open({ colorScheme });
    for (const path of PATHS) {
      await page.goto(tab.server.url + path);
      await openAll(page);
      expect(await violations(page), path).toEqual([]);
    }
    for (const source of [SOURCES.low, SOURCES.failing, SOURCES.noToken]) {
      tab.live.attest(attestationAtWork(source));
      for (const path of ["/status", "/tasks/cache-query-plans"]) {
        await page.goto(tab.server.url + path);
        expect(await violations(page), `${source.state} ${path}`).toEqual([]);
      }
    }
    tab.live.become(STALE);
    for (const path of ["/status", "/tasks/host-dataface-on-gcp"]) {
      await page.goto(tab.server.url + path);
      await openAll(page);
      expect(await violations(page), `stale ${path}`).toEqual([]);
    }
  });
});

describe("U10: the pages between an action and what it does", () => {
  it.each(["light", "dark"] as const)("in the %s theme", async (colorScheme) => {
    const page = await open({ colorScheme, viewport: { width: 320, height: 700 } });
    await page.getByRole("button", { name: "Stop all workers" }).click();
    await page.getByRole("link", { name: "Cancel" }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(320);
    work.result = refusal("Another person was faster.", "Look again.");
    await page.getByRole("button", { name: /^Stop/ }).click();
    await page.getByText("Another person was faster.").waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

describe("U10: parts of controls", () => {
  it.each(["light", "dark"] as const)("borders and the focus ring are 3:1 in the %s theme", async (theme) => {
    const page = await open({ colorScheme: theme });
    await page.locator("#refresh").focus();
    await page.keyboard.press("Tab");
    const colours = await page.evaluate<Record<string, string[]>>(`({
      border: [getComputedStyle(document.querySelector("#refresh")).borderTopColor, getComputedStyle(document.body).backgroundColor],
      answer: [getComputedStyle(document.querySelector(".acts input:not([type=hidden])")).borderTopColor, getComputedStyle(document.querySelector(".list")).backgroundColor],
      field: [getComputedStyle(document.querySelector("#filter-text")).borderTopColor, getComputedStyle(document.querySelector("#filter")).backgroundColor],
      ring: [getComputedStyle(document.activeElement).outlineColor, getComputedStyle(document.body).backgroundColor],
    })`);
    for (const [part, [one = "", other = ""]] of Object.entries(colours)) {
      expect(contrast(one, other), `${part}: ${one} on ${other}`).toBeGreaterThanOrEqual(3);
    }
  });
});

/** WCAG 2 contrast of two `rgb(...)` colours. */
function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const parts = (colour.match(/\d+(\.\d+)?/g) ?? []).slice(0, 3).map((part) => {
    const value = Number(part) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const [red = 0, green = 0, blue = 0] = parts;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const openAll = (page: Page) =>
  page.evaluate("for (const details of document.querySelectorAll('.group details')) details.open = true");

const tallestRow = (page: Page) =>
  page.evaluate<number>(
    "Math.max(...[...document.querySelectorAll('#groups > .group > .list tbody tr')].map((row) => row.getBoundingClientRect().height))",
  );

describe("U12: any width", () => {
  it.each([320, 390, 700, 768, 1024, 1280, 1500, 1920])(
    "nothing scrolls sideways at %d px",
    async (width) => {
      const page = await open({ viewport: { width, height: 800 } });
      for (const path of PATHS) {
        await page.goto(tab.server.url + path);
        await openAll(page);
        const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
        expect(wide, path).toBeLessThanOrEqual(width);
      }
    },
  );

  it("rows are one line of at most 34 px, the strip at most 56 px, and enough of both is above the fold", async () => {
    const page = await open({ viewport: { width: 1280, height: 900 } });
    expect(await tallestRow(page)).toBeLessThanOrEqual(35);
    expect((await page.locator("#strip").boundingBox())?.height).toBeLessThanOrEqual(56);
    const visible = await page.evaluate<number>(
      "[...document.querySelectorAll('tbody tr')].filter((row) => row.getBoundingClientRect().height > 0 && row.getBoundingClientRect().bottom < 900).length",
    );
    expect(visible).toBeGreaterThanOrEqual(12);
  });

  it.each([1280, 1920])("codes, slugs and roles are whole or not there, at %d px", async (width) => {
    const page = await open({ viewport: { width, height: 900 } });
    await openAll(page);
    const cut = await page.evaluate<
      string[]
    >(`[...document.querySelectorAll(".one-line > code, .one-line > .as")]
      .filter((part) => part.offsetTop < part.parentElement.offsetTop + 5 && part.scrollWidth > part.clientWidth + 1)
      .map((part) => part.textContent)`);
    expect(cut).toEqual([]);
    const shown = await page.evaluate<number>(
      `[...document.querySelectorAll(".one-line > code")].filter((part) => part.offsetTop < part.parentElement.offsetTop + 5).length`,
    );
    expect(shown).toBeGreaterThan(0);
  });

  it("a stale page says so wherever one reads, on a phone too", async () => {
    const page = await open({ viewport: { width: 390, height: 844 } });
    tab.live.become(STALE);
    await page.reload();
    await page.evaluate("scrollTo(0, 1500)");
    expect((await page.locator("#fresh").boundingBox())?.y).toBe(0);
  });

  it("two rows that need you are whole on a phone, with their actions, and failing sources are never hidden", async () => {
    const page = await open({ viewport: { width: 390, height: 844 } });
    const second = page.locator("#g-needs_attention tbody tr").nth(1);
    const box = (await second.locator("button").boundingBox()) ?? expect.fail("no action");
    expect(box.y + box.height).toBeLessThan(844);
    const { attestation } = tab.live.view() ?? expect.fail("no view");
    const failing = {
      ...attestation.sources,
      tasks: { ...attestation.sources.tasks, state: "failing" as const, error: "the disk does not answer" },
    };
    tab.live.attest({ ...attestation, sources: failing });
    await page.reload();
    expect(await page.locator(".sources .failing").isVisible()).toBe(true);
  });

  it.each([390, 1280])("the bar becomes the banner at the same height, at %d px", async (width) => {
    const page = await open({ viewport: { width, height: 844 } });
    for (const source of Object.values(SOURCES)) {
      tab.live.show(tab.live.view()?.snapshot ?? expect.fail("no view"), attestationAtWork(source));
      await page.goto(`${tab.server.url}/status`);
      const fresh = await page.locator("#strip").boundingBox();
      tab.live.become(STALE);
      await page.goto(`${tab.server.url}/status`);
      expect(await page.locator("#strip").boundingBox()).toEqual(fresh);
    }
  });

  it.each([320, 390, 768, 1024, 1101, 1280, 1500, 1920])(
    "F9: whatever the source of pull requests says, the bar holds it, and rows stay as they are, at %d px",
    async (width) => {
      const page = await open({ viewport: { width, height: 844 } });
      for (const [name, source] of Object.entries(SOURCES)) {
        tab.live.attest(attestationAtWork(source));
        await page.reload();
        await page.evaluate(`window.middleOf = (name) => {
          const { x, y, width, height } = document.querySelector(name).getBoundingClientRect();
          return [x + width / 2, y + height / 2];
        }`);
        expect(await outsideBar(page), name).toEqual([]);
        expect(await page.evaluate("document.elementFromPoint(...middleOf('#age')).id"), name).toBe("age");
        expect(await page.locator("#sources", { hasText: "pull requests" }).isVisible(), name).toBe(true);
        expect(await page.evaluate("document.documentElement.scrollWidth"), name).toBe(width);
        if (width > 1100) expect(await tallestRow(page), name).toBeLessThanOrEqual(35);
      }
    },
  );

  it.each([1280, 1920])("the number of a pull request is whole in every row, at %d px", async (width) => {
    const page = await open({ viewport: { width, height: 844 } });
    tab.live.attest(attestationAtWork(SOURCES.failing));
    await page.reload();
    await openAll(page);
    const cut = await page.evaluate<string[]>(`[...document.querySelectorAll("tbody .pr")].filter((link) => {
      const { left, right, bottom } = link.getBoundingClientRect();
      const cell = link.closest("td").getBoundingClientRect();
      return left < cell.left || right > cell.right || bottom > cell.bottom;
    }).map((link) => link.closest("tr").id)`);
    expect(cut).toEqual([]);
    expect(await page.locator("tbody .pr:visible").count()).toBeGreaterThan(8);
  });
});

describe("U11: keyboard and pointer", () => {
  it("reaches everything in order, visibly, and skips to the content", async () => {
    const page = await open();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.className")).toBe("skip");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("main");
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press("Tab");
      const outline = await page.evaluate<string>("getComputedStyle(document.activeElement).outlineStyle");
      expect(outline, await page.evaluate<string>("document.activeElement.outerHTML")).toBe("solid");
    }
  });

  it("every link and control is reached by Tab alone, in the order of the document", async () => {
    const page = await open();
    const wanted = await page.evaluate<number>(`{
      const targets = [...document.querySelectorAll("a[href], button, input, select, summary")]
        .filter((target) => target.checkVisibility() && target.type !== "hidden");
      for (const [index, target] of targets.entries()) target.dataset.order = index;
      targets.length;
    }`);
    for (let step = 0; step < wanted; step += 1) {
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.dataset.order")).toBe(String(step));
    }
  });

  it("shows a cut row whole when it has focus", async () => {
    const page = await open();
    const row = page.locator('tr[id="t-name-the-pilot"]');
    const before = (await row.boundingBox())?.height ?? 0;
    await page.locator('tr[id="t-pick-the-pilot-region"] button').last().focus();
    await page.keyboard.press("Tab");
    expect((await row.boundingBox())?.height).toBeGreaterThan(before);
  });

  it.each([390, 1280])("targets are at least 24 px, controls 28, at %d px", async (width) => {
    const page = await open({ viewport: { width, height: 800 } });
    const small = await page.evaluate<
      string[]
    >(`[...document.querySelectorAll("button, .btn, .strip a, input, select, summary")]
      .filter((target) => target.getClientRects().length > 0)
      .filter((target) => target.getBoundingClientRect().height < (target.matches(".btn, input, select") && !target.closest(".list, .heading, .check") ? 28 : 24))
      .map((target) => target.outerHTML)`);
    expect(small).toEqual([]);
  });
});

describe("pull requests", () => {
  it("a row in review is whole when it has focus, and a command is copied whole", async () => {
    const page = await open();
    const row = page.locator('tr[id="t-export-as-csv"]');
    const before = (await row.boundingBox())?.height ?? 0;
    await row.locator(".t").focus();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("#715");
    expect((await row.boundingBox())?.height).toBeGreaterThan(before);

    await openAll(page);
    await page.locator('tr[id="t-fix-worktree-pruning"] .command').click({ position: { x: 12, y: 5 } });
    expect(await page.evaluate("String(getSelection())")).toBe("tasks complete fix-worktree-pruning");
  });
});

describe("U9: without colour", () => {
  it("every tag and state has a word", async () => {
    const page = await open();
    const wordless = await page.evaluate<string[]>(`[...document.querySelectorAll(".tag, .state, .strip a")]
      .filter((mark) => !/[a-z]{2,}/i.test(mark.textContent)).map((mark) => mark.outerHTML)`);
    expect(wordless).toEqual([]);
  });

  it("fresh and stale look different in grey", async () => {
    const page = await open();
    const grey = "document.documentElement.style.filter = 'grayscale(1)'";
    await page.evaluate(grey);
    const fresh = await page.locator("#fresh-words").screenshot();
    tab.live.become(STALE);
    await page.reload();
    await page.evaluate(grey);
    expect((await page.locator("#fresh-words").screenshot()).equals(fresh)).toBe(false);
    expect(await page.locator("#fresh .state").innerText()).toContain("Stale");
  });
});

describe("U13: on paper", () => {
  it("has words, times and addresses, no controls, black on white", async () => {
    const page = await open({ colorScheme: "dark" });
    await page.emulateMedia({ media: "print" });
    for (const control of ["#refresh", "#owner-menu", ".bar nav"]) {
      expect(await page.locator(control).isVisible(), control).toBe(false);
    }
    expect(await page.locator("#observed").isVisible()).toBe(true);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
    expect(await page.evaluate("getComputedStyle(document.querySelector('.tag.bad')).color")).toBe(
      "rgb(0, 0, 0)",
    );
    expect(
      await page.evaluate("getComputedStyle(document.querySelector('tbody .t'), '::after').content"),
    ).toContain("/tasks/");
    expect(
      await page.evaluate("getComputedStyle(document.querySelector('tbody time'), '::after').content"),
    ).toContain("2026-03-24");
    expect(
      await page.evaluate("getComputedStyle(document.querySelector('tbody a.pr'), '::after').content"),
    ).toContain("https://github.com/");
  });
});

describe("U22: times on paper", () => {
  it("print as “since”, never “for since”, and only where a state lasts", async () => {
    const page = await open();
    const quiet = rowsAtWork().map((row) => ({
      ...row,
      signals: row.signals.map((signal) => ({
        ...signal,
        code: "worker_idle" as const,
        evidence: { since: OBSERVED_AT },
      })),
    }));
    tab.live.show(snapshotAtWork({}, quiet));
    await page.reload();
    await page.emulateMedia({ media: "print" });
    const printed = await page.evaluate<
      string[]
    >(`[...document.querySelectorAll(".list time[title]")].map((time) => {
      const before = [...time.parentElement.childNodes].slice(0, [...time.parentElement.childNodes].indexOf(time));
      const shown = before.filter((node) => !(node instanceof Element) || getComputedStyle(node).display !== "none");
      return shown.map((node) => node.textContent).join("").slice(-20) + time.title;
    })`);
    expect(printed.join("\n")).toContain("No progress since 2026-");
    expect(printed.filter((text) => /for (since|\d)|(asked|raised|edited) since/.test(text))).toEqual([]);
  });
});

describe("U14: the reader's settings", () => {
  it.each([
    ["light", "rgb(251, 251, 250)"],
    ["dark", "rgb(18, 19, 22)"],
  ] as const)("%s from the first paint", async (colorScheme, background) => {
    const page = await open({ colorScheme });
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(background);
    expect(await page.locator('meta[name="color-scheme"]').getAttribute("content")).toBe("light dark");
  });

  it("no motion where none is wanted", async () => {
    const page = await open({ reducedMotion: "reduce" });
    expect(await page.evaluate("getComputedStyle(document.querySelector('.btn')).transitionDuration")).toBe(
      "0s",
    );
    await untilLive(page);
  });
});
