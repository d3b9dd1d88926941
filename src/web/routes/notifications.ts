// GET /notifications: what was sent elsewhere. GET /notifications.json: what open tabs show. Both are for the server's own
// user alone.

import { channelsOf } from "../../core/notify/outbox.ts";
import type { Notification } from "../../core/records/notification.ts";
import { isoTime } from "../../core/text/iso-time.ts";
import { MINUTE_MS } from "../../core/values/durations.ts";
import { statusLink, taskUrl } from "../addresses/links.ts";
import { htmlAnswer, JSON_TYPE, NEVER_STORED, notModified, tagMatches, textAnswer } from "../http/answer.ts";
import type { Route } from "../http/listener.ts";
import { problemAnswer, type WebProblem } from "../http/problem-json.ts";
import { renderNotificationsPage } from "../pages/plain/notifications-page.ts";
import type { PageRoute } from "./request/page-request.ts";
import { tagFor } from "./request/snapshot-answer.ts";
import type { WebContext } from "./request/web-context.ts";

/** The newest ones that the page lists. */
const LISTED_MAX = 100;
/** A tab shows none that is older: it was opened since, or the machine slept. */
const SHOWN_FOR_MS = 10 * MINUTE_MS;
const SHOWN_MAX = 20;

export function createNotificationsRoute({ config, outbox = null }: WebContext): PageRoute {
  return async ({ frame }) => {
    const isUser = frame.acting !== null;
    const notifications = isUser && outbox !== null ? await outbox.readNotifications(LISTED_MAX) : [];
    return htmlAnswer(renderNotificationsPage({ ...frame, notifications, isUser, settings: config.notify }));
  };
}

export function createNotificationsJson({ config, guard, clock, outbox = null }: WebContext): Route {
  return async (request) => {
    const isUser = (await guard.permissionOf(request)) === "acts";
    if (!isUser || outbox === null || !channelsOf(config.notify).includes("browser"))
      return problemAnswer(NOT_NOTIFIED);
    const sinceMs = clock.wallMs() - SHOWN_FOR_MS;
    const notifications = (await outbox.readNotifications(LISTED_MAX))
      .filter(({ channel, atMs }) => channel === "browser" && atMs >= sinceMs)
      .slice(0, SHOWN_MAX)
      .map(toJson);
    const text = `${JSON.stringify({ version: 1, notifications })}\n`;
    const tag = tagFor(text);
    const headers = ["ETag", tag, ...NEVER_STORED];
    if (tagMatches(request.headers["if-none-match"], tag)) return notModified(headers);
    return textAnswer({ type: JSON_TYPE, text, headers });
  };
}

function toJson({ id, kind, key, title, text, atMs }: Notification) {
  const url = key === null ? statusLink({}) : taskUrl(key);
  return { id, kind, title, text, at: isoTime(atMs), url };
}

const NOT_NOTIFIED: WebProblem = {
  code: "not_notified",
  status: 403,
  title: "Not notified",
  detail: "Notifications are for the user of this server, with notify.browser in their own settings.",
};
