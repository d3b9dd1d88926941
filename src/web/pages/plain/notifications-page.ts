// What was sent elsewhere, what waits and what failed; a test; the permission of this browser.

import type { Config } from "../../../config/schema.ts";
import { shownTarget } from "../../../core/notify/notify-target.ts";
import { channelsOf } from "../../../core/notify/outbox.ts";
import type { Notification, NotificationChannel } from "../../../core/records/notification.ts";
import { taskUrl } from "../../addresses/links.ts";
import { type Frame, renderFramed, timeOfFrame } from "../frame/frame.ts";
import { type Html, html } from "../html/html.ts";
import { momentTime, type PageTime } from "../html/page-time.ts";
import { tag } from "../html/tags.ts";
import { button, renderActionForm } from "../parts/action-form.ts";
import { type Column, renderTaskTable } from "../parts/task-table.ts";

export type NotificationsPage = Frame & {
  /** Newest first; none for anyone but the server's own user. */
  readonly notifications: readonly Notification[];
  readonly isUser: boolean;
  readonly settings: Config["notify"];
};

const COLUMNS: readonly Column[] = [
  { heading: "What", width: "w-task" },
  { heading: "How it went", width: "w-what" },
  { heading: "Channel", width: "w-who" },
  { heading: "When", width: "w-time num" },
];

export function renderNotificationsPage(page: NotificationsPage): string {
  return renderFramed(page, {
    title: "Notifications",
    current: "notifications",
    main: html`<div class="page-head"><h1>Notifications</h1>${page.isUser && renderChannels(page)}</div>
    ${page.isUser ? renderList(page) : html`<p class="empty nothing">Notifications are for the user of this server.</p>`}`,
  });
}

function renderChannels({ settings, acting }: NotificationsPage): Html {
  const channels = channelsOf(settings);
  if (channels.length === 0)
    return html`<p class="aside">Off: no channel is set. <code>notify</code> in your own settings switches one on; <code>tasks notify --help</code> says more.</p>`;
  const listed = channels.map(
    (channel, at) => html`${at > 0 && ", "}<bdi>${channelWords(channel, settings)}</bdi>`,
  );
  const said = settings.content
    ? "They name tasks and questions."
    : "They name no task: only how many need you.";
  return html`<p class="aside">${said} Sent to ${listed}</p>
    ${settings.browser && html`<p class="aside" id="notify-permission" hidden><span></span> <button class="btn" type="button" hidden>Allow notifications</button></p>`}
    ${acting && renderActionForm(acting, { action: "notify-test", content: button("Send a test") })}`;
}

/** Hosts alone: the rest of an address may be a secret. */
function channelWords(channel: NotificationChannel, settings: Config["notify"]): string {
  if (channel === "browser") return "open tabs";
  if (channel === "command") return `the command ${settings.command[0] ?? ""}`;
  return `${channel} at ${shownTarget(settings[channel] ?? "")}`;
}

function renderList(page: NotificationsPage): Html {
  const { notifications } = page;
  if (notifications.length === 0) return html`<p class="empty nothing">Nothing was sent yet.</p>`;
  const rows = notifications.map((one) => renderRow(one, timeOfFrame(page)));
  return renderTaskTable({ caption: "Notifications, newest first", columns: COLUMNS, rows, query: null });
}

function renderRow(one: Notification, time: PageTime): Html {
  const { key, title, text, channel, atMs } = one;
  const heading =
    key === null ? html`<bdi>${title}</bdi>` : html`<a href="${taskUrl(key)}"><bdi>${title}</bdi></a>`;
  return html`<tr><td>${heading}<br><span class="quiet"><bdi>${text}</bdi></span></td>
    <td>${renderState(one, time)}</td><td>${channel}</td><td class="num">${momentTime(atMs, time)}</td></tr>`;
}

function renderState({ state, error, tries, nextTryMs, channel }: Notification, time: PageTime): Html {
  const why = error === null ? null : html` <bdi>${error}</bdi>`;
  if (state === "sent") return tag("ok", channel === "browser" ? "offered" : "sent", "✓");
  if (state === "failed") return html`${tag("warn", "not sent", "▲")}${why}`;
  if (tries === 0) return tag("plain", "waits", "◔");
  return html`${tag("plain", `tried ${tries === 1 ? "once" : `${tries} times`}`, "◔")}${why}, again at ${momentTime(nextTryMs, time)}`;
}
