// A one-time address in a real browser, opened as `tasks open` opens it: from a file, with script and without.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fakeUser } from "../support/acting-user.ts";
import { type StartedBrowser, startBrowser } from "../support/browser.ts";
import { FakeLiveSnapshot } from "../support/fake-live-snapshot.ts";
import { FakeWork } from "../support/fake-work.ts";
import { attestationAtWork, snapshotAtWork } from "../support/sample-runs.ts";
import { startTestServer } from "../support/web-fixture.ts";

const SECRET = "a-secret-of-a-one-time-address";

let browser: StartedBrowser;
let folder: string;

beforeAll(async () => {
  browser = await startBrowser();
  folder = mkdtempSync(join(tmpdir(), "tasks-open-"));
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

it.each([true, false])(
  "J23: it leads to a page with buttons, and the secret is nowhere in the browser; with script: %s",
  async (javaScriptEnabled) => {
    const live = new FakeLiveSnapshot();
    live.show(snapshotAtWork(), attestationAtWork());
    const work = new FakeWork();
    const user = fakeUser("unknown");
    user.secrets.add(SECRET);
    const server = await startTestServer({ live, runs: work.runs, actions: work.actions, user });
    const origin = `http://localhost:${server.port}`;
    const file = join(folder, "open.html");
    writeFileSync(file, `<meta http-equiv="refresh" content="0;url=${origin}/open/${SECRET}">`);
    const context = await browser.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    const referrers: (string | undefined)[] = [];
    page.on("request", (request) => referrers.push(request.headers()["referer"]));
    try {
      await page.goto(`${origin}/status`);
      expect(await page.locator("form[action^='/actions/']").count()).toBe(0);
      await page.locator("text=View only. To act, run").waitFor();

      await page.goto(pathToFileURL(file).href);
      await page.waitForURL(`${origin}/status`);
      await page.locator("form[action^='/actions/']").first().waitFor({ state: "attached" });
      expect(await page.locator("text=View only. To act, run").count()).toBe(0);
      expect(referrers.join(" ")).not.toContain(SECRET);

      // Neither going back nor a look at what was visited brings it up.
      await page.goBack();
      expect(page.url()).not.toContain(SECRET);
      const [cookie] = (await context.cookies()).filter(({ name }) => name === "tasks_acting");
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/" });
    } finally {
      await context.close();
      await server.close();
    }
  },
);
