// The log: one JSON line per event on stderr, without secrets. pino is loaded with the first line, because most
// commands never write one.

import { createRequire } from "node:module";
import type { Logger } from "pino";
import { redactSecrets } from "../core/text/redact-secrets.ts";
import { MINUTE_MS } from "../core/values/durations.ts";
import type { Log } from "../ports/system/log.ts";

const LEVELS = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof LEVELS)[number];

/** How deep fields are searched for secrets; anything deeper is omitted. */
const FIELD_DEPTH_MAX = 4;
const SECRET_NAME = /token|secret|password|authorization|cookie/i;
const STDERR = 2;
/** A lasting error may occur four times a second; it is logged once a minute, with a count. */
const REPEAT_AFTER_MS = MINUTE_MS;
/** Messages are constant sentences, errors nearly so; beyond this the oldest is forgotten. */
const KINDS_REMEMBERED = 100;

export type LogOptions = {
  readonly level: LogLevel;
  /** Default: stderr. */
  readonly descriptor?: number;
  readonly monotonicMs?: () => number;
};

/** Writes lines of `level` and more severe ones; repeated lines are limited. */
export function createLog(options: LogOptions): Log {
  let logger: Logger | null = null;
  const countRepeats = createRepeatCounter(options.monotonicMs ?? (() => performance.now()));
  const write = (level: Exclude<LogLevel, "debug">, fields: object, message: string) => {
    if (LEVELS.indexOf(level) > LEVELS.indexOf(options.level)) return;
    const repeats = countRepeats(`${level} ${message} ${errorText(fields)}`);
    if (repeats === null) return;
    logger ??= loadPino(options.level, options.descriptor ?? STDERR);
    const all = repeats === 0 ? fields : { ...fields, repeats };
    logger[level](withoutSecrets(all, FIELD_DEPTH_MAX) as object, redactSecrets(message));
  };
  return {
    info: (fields, message) => write("info", fields, message),
    warn: (fields, message) => write("warn", fields, message),
    error: (fields, message) => write("error", fields, message),
  };
}

/** Null for a line to omit; else how many like it were omitted since the last one. */
function createRepeatCounter(monotonicMs: () => number): (kind: string) => number | null {
  const seen = new Map<string, { readonly atMs: number; repeats: number }>();
  return (kind) => {
    const nowMs = monotonicMs();
    const before = seen.get(kind);
    if (before !== undefined && nowMs - before.atMs < REPEAT_AFTER_MS) {
      before.repeats += 1;
      return null;
    }
    seen.delete(kind);
    seen.set(kind, { atMs: nowMs, repeats: 0 });
    for (const oldest of seen.keys()) {
      if (seen.size <= KINDS_REMEMBERED) break;
      seen.delete(oldest);
    }
    return before?.repeats ?? 0;
  };
}

function errorText(fields: object): string {
  const error: unknown = "error" in fields ? fields.error : "";
  return error instanceof Error ? error.message : String(error);
}

function loadPino(level: LogLevel, descriptor: number): Logger {
  const { pino } = createRequire(import.meta.url)("pino") as typeof import("pino");
  // Synchronous: a process that ends or is killed has already logged why.
  return pino({ level, base: null }, pino.destination({ fd: descriptor, sync: true }));
}

function withoutSecrets(value: unknown, depth: number): unknown {
  if (typeof value === "string") return redactSecrets(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return "[too deep]";
  if (value instanceof Error) {
    return withoutSecrets(
      { name: value.name, message: value.message, stack: value.stack, cause: value.cause },
      depth,
    );
  }
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      SECRET_NAME.test(key) ? "[redacted]" : withoutSecrets(item, depth - 1),
    ]),
  );
}
