// Notifications of the browser, while a page is open. A file of its own: only pages of a viewer who switched them on load it.
// Of all open tabs one asks the server, the one that holds the lock; when it closes, the next takes over.

import { recall, remember } from "../script/browser-memory.js";

const ADDRESS = "/notifications.json";
const LOCK = "tasks-notify";
const SEEN = "tasks-notified";
const ASK_EVERY_MS = 15_000;

/**
 * What of an answer is new. The first answer that a browser ever sees is old: nothing of it is shown.
 * @template {{ id: string }} One @param {One[]} listed newest first @param {string | null} remembered
 * @returns {{ shown: One[], remembered: string }}
 */
export function newOnes(listed, remembered) {
  const ids = listed.map(({ id }) => id);
  let seen = null;
  try {
    seen = remembered === null ? null : JSON.parse(remembered);
  } catch {
    // Not ours: as if nothing had been seen.
  }
  const isKnown = Array.isArray(seen);
  return {
    shown: isKnown ? listed.filter(({ id }) => !seen.includes(id)).reverse() : [],
    remembered: JSON.stringify(ids),
  };
}

/** Asks until the server says that this viewer gets none, or the permission is gone. */
async function askAgainAndAgain() {
  let tag = "";
  while (Notification.permission === "granted") {
    try {
      const answer = await fetch(ADDRESS, {
        headers: tag === "" ? {} : { "If-None-Match": tag },
        cache: "no-store",
      });
      if (answer.status === 403 || answer.status === 404) return;
      if (answer.ok) {
        tag = answer.headers.get("etag") ?? "";
        show(await answer.json());
      }
    } catch {
      // The server is gone for a while; the page says so.
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}

/** @param {{ notifications: { id: string, title: string, text: string, url: string }[] }} answer */
function show({ notifications }) {
  const { shown, remembered } = newOnes(notifications, recall("localStorage", SEEN));
  remember("localStorage", SEEN, remembered);
  for (const { id, title, text, url } of shown) {
    const notification = new Notification(title, { body: text, tag: id });
    notification.onclick = () => {
      window.focus();
      location.assign(url);
    };
  }
}

/** The button on the page of notifications: browsers ask only after a click. */
function offerPermission() {
  const place = document.getElementById("notify-permission");
  const button = place?.querySelector("button");
  const words = place?.querySelector("span");
  if (!place || !button || !words) return;
  const paint = () => {
    button.hidden = Notification.permission !== "default";
    words.textContent = {
      default: "This browser has not been asked yet.",
      granted: "This browser shows notifications while one of these pages is open.",
      denied: "This browser shows no notifications of this site; its settings change that.",
    }[Notification.permission];
  };
  button.addEventListener("click", async () => {
    await Notification.requestPermission();
    paint();
    start();
  });
  place.hidden = false;
  paint();
}

function start() {
  if (Notification.permission !== "granted" || !navigator.locks) return;
  void navigator.locks.request(LOCK, askAgainAndAgain);
}

if ("Notification" in globalThis) {
  offerPermission();
  start();
}
