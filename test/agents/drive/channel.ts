// One agent's process as a recording sees it: lines in, lines out, both kept as bytes.

import { type ChildProcess, spawn } from "node:child_process";
import { agentEnvironment } from "./agent-environment.ts";
import type { AgentKind } from "./agent-kind.ts";
import { nativeFile } from "./native-file.ts";
import type { Scratch } from "./scratch.ts";

type Line = Readonly<Record<string, unknown>>;

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type Channel = {
  readonly pid: number;
  /** Everything on stdout so far. */
  readonly output: () => string;
  readonly errors: () => string;
  /** The lines written to stdin, in order. */
  readonly sent: readonly string[];
  readonly send: (message: object) => void;
  readonly closeInput: () => void;
  /** The first line of stdout, after those already waited for, that `fits`; rejects when the agent ends without it. */
  readonly next: (fits: (line: Line) => boolean) => Promise<Line>;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
};

const HANG_MS = 60_000;

export type ChannelOptions = {
  readonly kind: AgentKind;
  readonly args: readonly string[];
  readonly scratch: Scratch;
  readonly port: number;
  /** Beside what the agent always needs; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A control channel stays open; without one, stdin is closed at the start. */
  readonly input: "open" | "closed";
};

export function openChannel({ kind, args, scratch, port, env, input }: ChannelOptions): Channel {
  const file = nativeFile(kind);
  const words = file.endsWith(".js") ? [process.execPath, file, ...args] : [file, ...args];
  const child = spawn(words[0] ?? file, words.slice(1), {
    cwd: scratch.repo,
    env: {
      PATH: process.env["PATH"],
      ...agentEnvironment(kind, { home: scratch.home, port }),
      ...env,
    },
    stdio: [input === "open" ? "pipe" : "ignore", "pipe", "pipe"],
  });
  return channelOf(child);
}

function channelOf(child: ChildProcess): Channel {
  let output = "";
  let errors = "";
  let read = 0;
  const sent: string[] = [];
  const wakeUps = new Set<() => void>();
  const wake = () => {
    for (const wakeUp of wakeUps) wakeUp();
  };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    wake();
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  // What the agent no longer reads is lost with it.
  child.stdin?.on("error", () => undefined);
  let end: Ended | undefined;
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code, signal) => {
      end = { code, signal };
      resolve(end);
      wake();
    });
  });

  /** The next whole line that fits, or undefined: not yet. */
  function take(fits: (line: Line) => boolean): Line | undefined {
    for (let at = output.indexOf("\n", read); at >= 0; at = output.indexOf("\n", read)) {
      const line = parse(output.slice(read, at));
      read = at + 1;
      if (line !== undefined && fits(line)) return line;
    }
    return undefined;
  }

  return {
    pid: child.pid ?? 0,
    output: () => output,
    errors: () => errors,
    sent,
    send: (message) => {
      const line = JSON.stringify(message);
      sent.push(line);
      child.stdin?.write(`${line}\n`);
    },
    closeInput: () => child.stdin?.end(),
    next: (fits) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const line = take(fits);
          if (line === undefined && end === undefined) return;
          clearTimeout(timer);
          wakeUps.delete(look);
          if (line === undefined) reject(new Error(`The agent ended first: ${errors.slice(-500)}`));
          else resolve(line);
        };
        const timer = setTimeout(() => {
          wakeUps.delete(look);
          reject(new Error(`No such line within ${HANG_MS} ms. The last output: ${output.slice(-500)}`));
        }, HANG_MS);
        wakeUps.add(look);
        look();
      }),
    kill: (signal) => void child.kill(signal),
    ended,
  };
}

function parse(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
