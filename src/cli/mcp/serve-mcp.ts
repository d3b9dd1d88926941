// Serves the tools over the Model Context Protocol on stdin and stdout, in the revision of 2026-07-28 and in that of the
// year before: the package decides which, from the first message.

import process from "node:process";
import { McpServer } from "@modelcontextprotocol/server";
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import { UserError } from "../../core/contract/user-error.ts";
import { hideValues, redactSecrets, secretValues } from "../../core/text/redact-secrets.ts";
import { StoreError } from "../../ports/store/store-error.ts";
import type { CommandContext } from "../contract/command.ts";
import type { Output, Style } from "../print/output.ts";
import { terminalText } from "../print/terminal-text.ts";
import { cutText } from "./cut-text.ts";
import type { Caller, Tool } from "./tool.ts";
import { INSTRUCTIONS, TOOLS } from "./tools.ts";

/** A message above this ends the connection: no tool takes nearly as much. */
const MESSAGE_BYTES_MAX = 1_000_000;

/** Serves until the agent closes stdin or the command is to end; calls in progress are completed. */
export async function serveMcp(context: CommandContext, caller: Caller): Promise<void> {
  const calls = new Set<Promise<unknown>>();
  const call = (tool: Tool, input: unknown) => {
    const answer = callTool(tool, input, { context, caller });
    calls.add(answer);
    void answer.finally(() => calls.delete(answer));
    return answer;
  };
  const transport = new StdioServerTransport(process.stdin, process.stdout, {
    maxBufferSize: MESSAGE_BYTES_MAX,
  });
  const over = closed(transport, context.signal);
  const handle = serveStdio(() => createServer(context, caller, call), {
    transport,
    onerror: (error) => context.output.note(terminalText(cutText(error.message, 500))),
  });
  await over;
  await Promise.allSettled(calls);
  await handle.close();
}

/** When stdin has ended, a message was too long, or the command is to end; the package says so to no one else. */
function closed(transport: StdioServerTransport, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const close = transport.close.bind(transport);
    transport.close = async () => {
      resolve();
      await close();
    };
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

type Call = (tool: Tool, input: unknown) => Promise<ToolAnswer>;

function createServer({ system }: CommandContext, { kind }: Caller, call: Call): McpServer {
  const server = new McpServer(
    { name: "tasks", version: system.version },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS[kind] },
  );
  for (const tool of TOOLS) {
    const { name, description, input, looks } = tool;
    const annotations = { readOnlyHint: looks };
    server.registerTool(name, { description, inputSchema: input, annotations }, (typed: unknown) =>
      call(tool, typed),
    );
  }
  return server;
}

type ToolAnswer = { content: { type: "text"; text: string }[]; isError?: boolean };

/** Never throws: what went wrong is an answer that the agent reads. */
async function callTool(
  tool: Tool,
  input: unknown,
  { context, caller }: { readonly context: CommandContext; readonly caller: Caller },
): Promise<ToolAnswer> {
  const secrets = secretValues(context.system.environment);
  try {
    const own = { ...context, output: SILENT_OUTPUT, arguments: [], argument: null };
    const found = await tool.run({ context: own, caller }, withoutSecrets(input, secrets) as never);
    return { content: [{ type: "text", text: JSON.stringify(found) }] };
  } catch (error) {
    const said = redactSecrets(hideValues(describe(error, context.output), secrets));
    return { content: [{ type: "text", text: said }], isError: true };
  }
}

function describe(error: unknown, output: Output): string {
  if (error instanceof UserError || error instanceof StoreError) return `${error.message} ${error.hint}`;
  output.note(terminalText(error instanceof Error ? (error.stack ?? error.message) : String(error)));
  return "This is a bug in tasks, not something you did wrong. Go on without this call, and say so in your last report.";
}

/** What an agent says goes to pages and files; the secrets in its environment must not. */
function withoutSecrets(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === "string") return hideValues(value, secrets);
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, secrets));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item, secrets)]));
}

const same = (text: string) => text;
const PLAIN: Style = { strong: same, quiet: same, alarm: same, good: same };

/** stdout is the protocol's, and the answer says what a command would note. */
const SILENT_OUTPUT: Output = {
  result: () => {},
  note: () => {},
  progress: () => {},
  resultStyle: PLAIN,
  noteStyle: PLAIN,
  resultColumns: null,
};
