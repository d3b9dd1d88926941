// POST /v1beta/models/MODEL:streamGenerateContent, as Gemini CLI asks it.

import { events, json, type ModelRequest, type Reply, type Shape } from "../shape.ts";
import { type Answer, type Call, USAGE } from "../steps.ts";

const usageMetadata = {
  promptTokenCount: USAGE.input,
  cachedContentTokenCount: USAGE.cached,
  candidatesTokenCount: USAGE.output,
  totalTokenCount: USAGE.input + USAGE.output,
};

export function geminiShape(): Shape {
  return {
    accepts: (path) => path.startsWith("/v1beta/models/"),
    answer,
    cut: (text) => events([data({ candidates: [{ content: content([{ text }]), index: 0 }] })]),
    limit: ({ resetsInSeconds }) => {
      const violations = [{ quotaId: "GenerateRequestsPerDayPerProjectPerModel" }];
      const quota = { "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations };
      const retry = {
        "@type": "type.googleapis.com/google.rpc.RetryInfo",
        retryDelay: `${resetsInSeconds}s`,
      };
      const details = resetsInSeconds === undefined ? [quota] : [quota, retry];
      const message = "You have exceeded your current quota.";
      return json(429, { error: { code: 429, status: "RESOURCE_EXHAUSTED", message, details } });
    },
    fail: ({ status, message }) => json(status, { error: { code: status, status: "INTERNAL", message } }),
  };
}

function answer({ text, calls, thought }: Answer, request: ModelRequest): Reply {
  const parts = [
    ...(thought === "" ? [] : [{ text: thought, thought: true }]),
    ...(text === "" ? [] : [{ text }]),
    ...calls.map((call) => ({ functionCall: functionCall(call) })),
  ];
  const whole = { candidates: [{ content: content(parts), finishReason: "STOP", index: 0 }], usageMetadata };
  return request.path.includes(":stream") ? events([data(whole)]) : json(200, whole);
}

function functionCall(call: Call): object {
  switch (call.kind) {
    case "shell":
      return { name: "run_shell_command", args: { command: call.command } };
    case "write":
      return { name: "write_file", args: { file_path: call.path, content: call.text } };
    case "plan":
      return {
        name: "write_todos",
        args: { todos: call.items.map(({ text, status }) => ({ description: text, status })) },
      };
    case "mcp":
      return { name: `mcp_${call.server}_${call.tool}`, args: call.input };
    case "question":
      throw new Error("Gemini has no tool that asks its user in this mode.");
  }
}

function content(parts: readonly object[]): object {
  return { role: "model", parts };
}

function data(body: object): string {
  return `data: ${JSON.stringify(body)}\n\n`;
}
