// Speaks just enough MCP to have one tool, `report`, which writes its run into the file that it was started with: the real one
// writes into `.tasks/` too.

import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { AgentOrder } from "../../../src/core/agent/contract/agent-kind.ts";

/** How an agent starts it. */
export function reportServer(file: string): AgentOrder["tasksMcp"] {
  return { command: process.execPath, args: [fileURLToPath(import.meta.url), file] };
}

const tools = [{ name: "report", description: "Reports.", inputSchema: { type: "object", properties: {} } }];

function resultOf(method: string, file: string): object {
  switch (method) {
    case "initialize":
      return {
        protocolVersion: "2024-11-05",
        capabilities: { tools: {} },
        serverInfo: { name: "tasks", version: "1" },
      };
    case "tools/list":
      return { tools };
    case "tools/call":
      writeFileSync(file, process.env["TASKS_RUN"] ?? "");
      return { content: [{ type: "text", text: "Recorded." }] };
    default:
      return {};
  }
}

function serve(file: string): void {
  createInterface({ input: process.stdin }).on("line", (line) => {
    const { id, method } = JSON.parse(line);
    if (id === undefined) return;
    process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, result: resultOf(method, file) })}\n`);
  });
}

const [, program, file] = process.argv;
if (program === fileURLToPath(import.meta.url) && file !== undefined) serve(file);
