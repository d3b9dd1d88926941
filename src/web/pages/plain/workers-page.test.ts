import { expect, test } from "vitest";
import { otherPages } from "../../../../test/support/rendered-pages.ts";

test("K8: the page says of each worker what it may do and what stands around it, and of each kind what it can do", () => {
  const page = otherPages()["workers"];
  expect(page).toContain("<h2>careful</h2>");
  expect(page).toMatch(/<b>full<\/b>: It runs every command .* without asking\./);
  expect(page).toContain("full access to this user");
  expect(page).toContain("tasks that name no worker");
  expect(page).toMatch(/<h2>boxed<\/h2>[\s\S]*wrapped[\s\S]*any task may name it/);
  expect(page).toContain("&lt;b&gt;opus&lt;/b&gt;");
  expect(page).toMatch(/<h2>wrong<\/h2>[\s\S]*Problem[\s\S]*No worker is configured/);
  expect(page).toMatch(/<th scope="row">gets messages while it works<\/th><td>yes<\/td>/);
  expect(page).not.toContain("docker");
});

test("N6: the page says of each worker's account what it waits for, and how much of its windows is used", () => {
  const at = "2026-03-24T12:00:00.000Z";
  const page = otherPages(undefined, undefined, {
    windows: [{ account: "claude@desk", window: "five_hour", used_percent: 92.4, resets_at: at, at }],
  })["workers"];
  expect(page).toContain("five hour window");
  expect(page).toContain("92 % used, reset at <time");
  const later = otherPages(undefined, undefined, {
    windows: [
      { account: "claude@desk", window: "", used_percent: null, resets_at: "2026-03-25T12:00:00.000Z", at },
    ],
  })["workers"];
  expect(later).toContain("– used, resets <time");
});
