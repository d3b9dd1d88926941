// The log: one JSON line per event on stderr, without secrets. pino is loaded when the first line is written, because
// most commands of the command line never write one and should not pay for it.

import { createRequire } from "node:module";
import type { Logger } from "pino";
import { redactSecrets } from "../core/redact-secrets.ts";
import type { Log } from "../ports/log.ts";

const LEVELS = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof LEVELS)[number];

/** How deep fields are searched for secrets; what lies deeper is left out. */
const FIELD_DEPTH_MAX = 4;
const SECRET_NAME = /token|secret|password|authorization|cookie/i;
const STDERR = 2;

/** A log that writes lines of `level` and graver ones, to stderr unless a test says otherwise. */
export function createLog(options: { readonly level: LogLevel; readonly descriptor?: number }): Log {
  let logger: Logger | null = null;
  const write = (level: Exclude<LogLevel, "debug">, fields: object, message: string) => {
    if (LEVELS.indexOf(level) > LEVELS.indexOf(options.level)) return;
    logger ??= loadPino(options.level, options.descriptor ?? STDERR);
    logger[level](withoutSecrets(fields, FIELD_DEPTH_MAX) as object, redactSecrets(message));
  };
  return {
    info: (fields, message) => write("info", fields, message),
    warn: (fields, message) => write("warn", fields, message),
    error: (fields, message) => write("error", fields, message),
  };
}

function loadPino(level: LogLevel, descriptor: number): Logger {
  const { pino } = createRequire(import.meta.url)("pino") as typeof import("pino");
  // Written at once: a process that ends, or is killed, has already said why.
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
