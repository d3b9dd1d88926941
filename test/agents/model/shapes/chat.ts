// POST /v1/chat/completions, as opencode and Copilot ask it. Their tools differ, so the names offered decide.

import { events, ids, json, type ModelRequest, type Shape } from "../shape.ts";
import { type Answer, type Call, USAGE } from "../steps.ts";

const usage = {
  prompt_tokens: USAGE.input,
  completion_tokens: USAGE.output,
  total_tokens: USAGE.input + USAGE.output,
  prompt_tokens_details: { cached_tokens: USAGE.cached },
};

export function chatShape(): Shape {
  const id = ids("chatcmpl-");
  const callId = ids("call_");

  function toolCalls(answer: Answer, request: ModelRequest) {
    return answer.calls.map((call, index) => {
      const { name, input } = functionFor(call, request.tools);
      return { index, id: callId(), type: "function", function: { name, arguments: JSON.stringify(input) } };
    });
  }

  return {
    accepts: (path) => path.startsWith("/v1/chat/completions"),
    answer: (answer, request) => {
      const calls = toolCalls(answer, request);
      const head = { id: id(), object: "chat.completion.chunk", model: "scripted" };
      const finish_reason = calls.length > 0 ? "tool_calls" : "stop";
      if (!request.isStream) {
        const message = { role: "assistant", content: answer.text, tool_calls: calls };
        return json(200, {
          ...head,
          object: "chat.completion",
          choices: [{ index: 0, message, finish_reason }],
          usage,
        });
      }
      return events([
        chunk(head, { role: "assistant", content: answer.text }, null),
        ...(calls.length > 0 ? [chunk(head, { tool_calls: calls }, null)] : []),
        chunk(head, {}, finish_reason),
        `data: ${JSON.stringify({ ...head, choices: [], usage })}\n\n`,
        "data: [DONE]\n\n",
      ]);
    },
    cut: (text) =>
      events([
        chunk({ id: id(), object: "chat.completion.chunk" }, { role: "assistant", content: text }, null),
      ]),
    limit: ({ resetsInSeconds }) =>
      json(
        429,
        {
          error: { message: "Rate limit reached", type: "rate_limit_exceeded", code: "rate_limit_exceeded" },
        },
        resetsInSeconds === undefined ? {} : { "retry-after": String(resetsInSeconds) },
      ),
    fail: ({ status, message }) => json(status, { error: { message, type: "server_error" } }),
  };
}

function functionFor(
  call: Call,
  tools: readonly string[],
): { readonly name: string; readonly input: object } {
  switch (call.kind) {
    case "shell":
      return { name: "bash", input: { command: call.command, description: "A step of the script" } };
    case "write":
      return tools.includes("write")
        ? { name: "write", input: { filePath: call.path, content: call.text } }
        : { name: "create", input: { path: call.path, file_text: call.text } };
    case "plan": {
      const todos = call.items.map(({ text, status }) => ({ content: text, status, priority: "medium" }));
      return { name: "todowrite", input: { todos } };
    }
    case "mcp":
      return { name: tools.find((name) => name.endsWith(call.tool)) ?? call.tool, input: call.input };
    case "question":
      return { name: "ask_user", input: { question: call.text, choices: call.choices } };
  }
}

function chunk(head: object, delta: object, finish_reason: string | null): string {
  return `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
}
