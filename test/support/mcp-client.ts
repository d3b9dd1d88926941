// An agent's end of `tasks mcp`, as lines of JSON: what the wire holds is what tests look at, in both revisions.

import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { TASKS_ENTRY } from "./program.ts";

export type Revision = "2025-11-25" | "2026-07-28";

export type McpAnswer = {
  readonly id?: number;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string };
};

/** What a tool answered: its JSON, or what went wrong. */
export type ToolAnswer = {
  readonly isError: boolean;
  readonly text: string;
  readonly found: Record<string, unknown>;
};

export type McpClient = {
  readonly process: ChildProcess;
  /** The answer to `initialize`, or to `server/discover`. */
  readonly opened: McpAnswer;
  request(method: string, params?: object): Promise<McpAnswer>;
  call(tool: string, input?: object): Promise<ToolAnswer>;
  /** Writes bytes as they are. */
  send(text: string): void;
  stderr(): string;
  /** Closes stdin, and returns the exit code. */
  end(): Promise<number | null>;
};

export type McpOptions = {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly revision?: Revision;
  readonly words?: readonly string[];
};

const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

/** Starts `tasks mcp`; it is ended when the test is. */
export async function startMcp({
  cwd,
  env = {},
  revision = "2026-07-28",
  words = [],
}: McpOptions): Promise<McpClient> {
  const child = spawn(process.execPath, [TASKS_ENTRY, "mcp", ...words], {
    cwd,
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: cwd,
      USER: "dave",
      TASKS_HOME: process.env["TASKS_HOME"] ?? "",
      GIT_CEILING_DIRECTORIES: process.env["GIT_CEILING_DIRECTORIES"] ?? "",
      ...env,
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  // A server that has ended says so with its exit code.
  child.stdin.on("error", () => {});
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const waiting = new Map<number, (answer: McpAnswer) => void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const answer = JSON.parse(line) as McpAnswer;
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
  });
  const send = (text: string) => void child.stdin.write(text);
  let last = 0;
  const request = (method: string, params: object = {}) => {
    last += 1;
    const id = last;
    const sent = revision === "2026-07-28" ? { ...params, _meta: META } : params;
    return new Promise<McpAnswer>((resolve, reject) => {
      waiting.set(id, resolve);
      void ended.then((code) => reject(new Error(`It ended with ${code} before it answered: ${errors}`)));
      send(`${JSON.stringify({ jsonrpc: "2.0", id, method, params: sent })}\n`);
    });
  };
  const opened =
    revision === "2026-07-28"
      ? await request("server/discover")
      : await request("initialize", {
          protocolVersion: revision,
          capabilities: {},
          clientInfo: { name: "test", version: "1" },
        });
  if (revision !== "2026-07-28") send('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  return {
    process: child,
    opened,
    request,
    call: async (tool, input = {}) =>
      toolAnswer(await request("tools/call", { name: tool, arguments: input })),
    send,
    stderr: () => errors,
    end: () => {
      child.stdin.end();
      return ended;
    },
  };
}

function toolAnswer({ result, error }: McpAnswer): ToolAnswer {
  if (result === undefined) return { isError: true, text: error?.message ?? "", found: {} };
  const [content] = result["content"] as readonly { readonly text: string }[];
  const text = content?.text ?? "";
  const isError = result["isError"] === true;
  return { isError, text, found: isError ? {} : (JSON.parse(text) as Record<string, unknown>) };
}
