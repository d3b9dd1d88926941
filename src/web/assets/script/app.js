// Entry point: starts what the page needs.

import { Acts } from "./acts.js";
import { LivePage } from "./live-page.js";
import { countAge } from "./plain-page.js";
import { followRun } from "./run-page.js";
import { retryDelayMs } from "./schedule.js";

/** The first update takes a second or two, so retry soon. */
const FIRST_SNAPSHOT_CAP_MS = 5000;
const FIRST_ASK_MS = 500;

/** Polls until there is a snapshot. A hidden tab waits until it is visible. */
async function awaitSnapshot(failures) {
  if (document.visibilityState !== "hidden") {
    const response = await fetch(location.href, {
      headers: { Accept: "text/html" },
      cache: "no-store",
    }).catch(() => null);
    if (response?.ok) return location.reload();
  }
  const delayMs = Math.min(FIRST_SNAPSHOT_CAP_MS, retryDelayMs(failures, Math.random()));
  setTimeout(() => awaitSnapshot(failures + 1), delayMs);
}

/** A page without live updates reloads to show the result. */
function actAndLoad() {
  const onAnswer = async (/** @type {{ page?: string }} */ { page }) => {
    if (page !== undefined) location.assign(page);
  };
  new Acts({ onAnswer, onSilence: () => {} }).take(document);
}

const page = document.documentElement.dataset.page;
if (page === "plain") {
  followRun(countAge());
  actAndLoad();
}
if (page === "status") new LivePage().start();
if (page === "starting") setTimeout(() => awaitSnapshot(1), FIRST_ASK_MS);
