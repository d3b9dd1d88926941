import { destinationWords } from "../../../app/notify/destinations.ts";
import { sendTest } from "../../../app/notify/send-test.ts";
import { channelsOf } from "../../../core/notify/outbox.ts";
import {
  NOTIFICATION_CHANNELS,
  type Notification,
  type NotificationChannel,
} from "../../../core/records/notification.ts";
import { counted } from "../../../core/text/counted.ts";
import { isoTime } from "../../../core/text/iso-time.ts";
import type { Command } from "../../contract/command.ts";
import { refused, usage } from "../../contract/errors.ts";
import { FORMAT, REPO } from "../../contract/flags.ts";
import { printLines } from "../../contract/print-result.ts";
import { alignColumns } from "../../print/columns.ts";
import { clockTime } from "../../print/duration.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { repositoryName } from "../../repository/open-runner.ts";
import { type OpenedStore, withStore } from "../../repository/open-runs.ts";

/** The newest ones that `status` prints. */
const SHOWN_MAX = 20;
const NOTHING_ON = "notify is off: no channel is set in your own settings.";
const SET_ONE =
  "Set notify.ntfy, notify.webhook, notify.command or notify.browser there: docs/notifications.md.";

export const command: Command = {
  insideRun: ({ arguments: [verb] }) => (verb === "test" ? "refused" : "allowed"),
  arguments: [
    { name: "verb", required: false, description: "test sends one; status lists them, as without it" },
    { name: "channel", required: false, description: `for test: ${NOTIFICATION_CHANNELS.join(", ")}` },
  ],
  description:
    "Notifications say elsewhere that a task needs you. `test` sends one at once to each channel that is on, or to the one named, and says what happened; exits 1 when one was not taken. `status` lists the channels, and what was sent, waits or failed. See docs/notifications.md.",
  flags: [REPO, FORMAT],
  examples: [
    { line: "tasks notify test ntfy", does: "whether it arrives" },
    { line: "tasks notify status", does: "what was sent, and why not" },
  ],
  run: (context) => withStore(context, notify),
};

async function notify(opened: OpenedStore): Promise<void> {
  const [verb = "status", channel] = opened.arguments;
  if (verb === "test") return await test(opened, channel ?? null);
  if (verb === "status" && channel === undefined) return await status(opened);
  throw usage(
    `"tasks notify" does not know ${JSON.stringify(verb === "status" ? channel : verb)}.`,
    "Use `tasks notify test` or `tasks notify status`.",
  );
}

async function test(opened: OpenedStore, asked: string | null): Promise<void> {
  const { system, store, root, loaded, signal } = opened;
  const settings = loaded.config.notify;
  const only = asked === null ? null : channelNamed(asked);
  const channels = channelsOf(settings);
  if (channels.length === 0) throw refused(NOTHING_ON, SET_ONE);
  if (only !== null && !channels.includes(only))
    throw refused(`notify.${only} is not set in your own settings.`, SET_ONE);
  const context = {
    clock: system.clock,
    store,
    messenger: await system.openMessenger(),
    repositoryName: repositoryName(root),
  };
  const tried = await sendTest(context, settings, { only, signal });
  const { alarm, good } = opened.output.resultStyle;
  const lines = tried.map(({ channel, error }) => {
    const to = terminalText(destinationWords(channel, settings));
    if (error !== null) return `${alarm("error")}  ${channel} (${to}): not sent: ${terminalText(error)}`;
    return `${good("ok   ")}  ${channel} (${to}): ${channel === "browser" ? "open tabs show it" : "sent"}`;
  });
  const tests = tried.map(({ channel, state, error }) => ({ channel, ok: state === "sent", error }));
  printLines(opened, { tests }, lines);
  const failed = tests.filter(({ ok }) => !ok).length;
  if (failed > 0)
    throw refused(
      `${counted(failed, "channel")} did not take it.`,
      "Correct notify in your own settings and try again: docs/notifications.md.",
    );
}

function channelNamed(asked: string): NotificationChannel {
  const found = NOTIFICATION_CHANNELS.find((channel) => channel === asked);
  if (found !== undefined) return found;
  throw usage(`There is no channel ${JSON.stringify(asked)}.`, `Use ${NOTIFICATION_CHANNELS.join(", ")}.`);
}

async function status(opened: OpenedStore): Promise<void> {
  const { store, system, loaded, output } = opened;
  const settings = loaded.config.notify;
  const nowMs = system.clock.wallMs();
  const channels = channelsOf(settings).map((name) => ({ name, to: destinationWords(name, settings) }));
  const notifications = await store.readNotifications(SHOWN_MAX);
  const record = {
    channels,
    content: settings.content,
    ignored: loaded.ignored,
    notifications: notifications.map(recordOf),
  };
  const lines = [
    ...(channels.length === 0
      ? [`${NOTHING_ON} ${SET_ONE}`]
      : channels.map(({ name, to }) => terminalText(`on: ${name} (${to})`))),
    ...(loaded.ignored.length > 0
      ? [terminalText(`tasks/config.yaml has no effect on ${loaded.ignored.join(", ")}.`)]
      : []),
    ...alignColumns(
      notifications.map((one) => rowOf(one, nowMs).map(terminalText)),
      output.resultColumns,
    ),
  ];
  printLines(opened, record, lines);
}

function rowOf(one: Notification, nowMs: number): readonly string[] {
  const why = one.error === null ? "" : `: ${one.error}`;
  const tries =
    one.state === "waiting" && one.tries > 0 ? `, next try ${clockTime(one.nextTryMs, nowMs)}` : "";
  return [clockTime(one.atMs, nowMs), one.channel, `${one.state}${tries}${why}`, one.title];
}

function recordOf({
  id,
  channel,
  kind,
  key,
  title,
  text,
  atMs,
  state,
  tries,
  nextTryMs,
  error,
}: Notification) {
  const next = state === "waiting" ? isoTime(nextTryMs) : null;
  return {
    id,
    channel,
    kind,
    task: key,
    title,
    text,
    at: isoTime(atMs),
    state,
    tries,
    next_try: next,
    error,
  };
}
