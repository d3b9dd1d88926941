// Sends notifications: by a program, to an ntfy topic, or to a webhook.

import { delimiter, isAbsolute } from "node:path";
import { targetOf } from "../../core/notify/notify-target.ts";
import type { Delivery } from "../../core/notify/outbox.ts";
import { isoTime } from "../../core/text/iso-time.ts";
import type { Environment } from "../../core/worker/worker-environment.ts";
import type { Destination, Letter, Messenger } from "../../ports/system/messenger.ts";
import type { RunCommand } from "../../ports/system/run-command.ts";
import { type PostOptions, post } from "./post.ts";

const COMMAND_TIMEOUT_MS = 10_000;
const COMMAND_OUTPUT_BYTES_MAX = 64 * 1024;

export type MessengerSettings = {
  readonly environment: Environment;
  /** Where programs are started: not in the repository, whose files they could take for their own. */
  readonly folder: string;
  readonly run: RunCommand;
  readonly posts?: PostOptions;
};

export function createMessenger(settings: MessengerSettings): Messenger {
  return {
    async send(letter, destination, signal) {
      if (destination.channel === "command")
        return await start(settings, letter, destination.command, signal);
      const found = targetOf(destination.address, destination.allow);
      if (found.kind === "refused") return { kind: "failed", why: found.why, retryAfterMs: null };
      const { target } = found;
      const { allow } = destination;
      return await post({ target, allow, signal, ...formOf(letter, destination) }, settings.posts);
    },
  };
}

async function start(
  { environment, folder, run }: MessengerSettings,
  { title, text, url }: Letter,
  [program = "", ...args]: readonly string[],
  signal: AbortSignal,
): Promise<Delivery> {
  const result = await run({
    program,
    args,
    cwd: folder,
    env: {
      ...hardened(environment),
      TASKS_TITLE: withoutNul(title),
      TASKS_TEXT: withoutNul(text),
      TASKS_URL: url ?? "",
    },
    timeoutMs: COMMAND_TIMEOUT_MS,
    outputBytesMax: COMMAND_OUTPUT_BYTES_MAX,
    signal,
  });
  if (result.ok) return { kind: "sent" };
  return { kind: "failed", why: result.message.replace(/\.$/, ""), retryAfterMs: null };
}

/** What a program needs to find others, speak the user's language and reach their desktop. No key or token is among it. */
const KEPT =
  /^(?:PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TEMP|TMP|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|XDG_RUNTIME_DIR|DBUS_SESSION_BUS_ADDRESS|SystemRoot|windir|USERPROFILE|APPDATA|LOCALAPPDATA|PATHEXT|ComSpec)$/i;

function hardened(environment: Environment): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || !KEPT.test(name)) continue;
    kept[name] = name.toUpperCase() === "PATH" ? absoluteOnly(value) : value;
  }
  return kept;
}

/** A relative folder in the PATH would be looked up wherever the program happens to be started. */
const absoluteOnly = (path: string): string => path.split(delimiter).filter(isAbsolute).join(delimiter);

const withoutNul = (text: string): string => text.replaceAll("\0", "");

type Form = { readonly headers: Readonly<Record<string, string>>; readonly body: string };

function formOf(letter: Letter, { channel }: Exclude<Destination, { channel: "command" }>): Form {
  return channel === "ntfy" ? ntfyForm(letter) : webhookForm(letter);
}

/** ntfy takes the text as the body, and the rest in headers. */
function ntfyForm({ title, text, url }: Letter): Form {
  return {
    headers: {
      "Content-Type": "text/plain; charset=utf-8",
      Title: headerText(title),
      ...(url !== null && { Click: url }),
    },
    body: text,
  };
}

/** Headers are ASCII without line ends: anything else as an encoded word (RFC 2047), which ntfy reads. */
function headerText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return `=?UTF-8?B?${Buffer.from(text, "utf8").toString("base64")}?=`;
}

/** The form that docs/notifications.md describes; it only grows within a `version`. */
function webhookForm({ id, kind, key, title, text, atMs, url }: Letter): Form {
  const letter = { version: 1, id, kind, title, text, at: isoTime(atMs), task: key, url };
  return { headers: { "Content-Type": "application/json" }, body: JSON.stringify(letter) };
}
