// POST /v1/messages, as Claude Code asks it: streamed, and once more without a stream after a cut.

import { events, ids, json, type ModelRequest, type Reply, type Shape } from "../shape.ts";
import { type Answer, type Call, type PlanItem, USAGE } from "../steps.ts";

const usage = {
  input_tokens: USAGE.input - USAGE.cached,
  cache_read_input_tokens: USAGE.cached,
  cache_creation_input_tokens: 0,
  output_tokens: USAGE.output,
};

type Block =
  | { readonly type: "thinking"; readonly thinking: string; readonly signature: string }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "tool_use"; readonly id: string; readonly name: string; readonly input: object };

export function anthropicShape(): Shape {
  const messageId = ids("msg_");
  const callId = ids("toolu_");
  const planned: PlanItem[] = [];

  function blocksOf(answer: Answer, request: ModelRequest): readonly Block[] {
    const calls = answer.calls.flatMap((call) => toolUses(call, request, planned));
    return [
      ...(answer.thought === ""
        ? []
        : [{ type: "thinking", thinking: answer.thought, signature: "c2NyaXB0ZWQ=" } as const]),
      ...(answer.text === "" ? [] : [{ type: "text", text: answer.text } as const]),
      ...calls.map((use) => ({ type: "tool_use", id: callId(), ...use }) as const),
    ];
  }

  return {
    accepts: (path) => /^\/v1\/messages(?:\?|$)/.test(path),
    answer: (answer, request) => {
      const content = blocksOf(answer, request);
      const stop_reason = content.some((block) => block.type === "tool_use") ? "tool_use" : "end_turn";
      const message = { id: messageId(), type: "message", role: "assistant", model: "scripted" };
      if (!request.isStream)
        return json(200, { ...message, content, stop_reason, stop_sequence: null, usage });
      return events([
        start(message),
        ...content.flatMap(blockEvents),
        event("message_delta", { delta: { stop_reason, stop_sequence: null }, usage }),
        event("message_stop", {}),
      ]);
    },
    cut: (text) => {
      const message = { id: messageId(), type: "message", role: "assistant", model: "scripted" };
      return events([start(message) + blockEvents({ type: "text", text }, 0).slice(0, 2).join("")]);
    },
    limit: ({ resetsInSeconds }, nowMs) =>
      failure(429, "rate_limit_error", "This request would exceed your account's rate limit.", {
        ...(resetsInSeconds === undefined
          ? { "x-should-retry": "false" }
          : resetHeaders(resetsInSeconds, nowMs)),
      }),
    fail: ({ status, message }) => failure(status, ERROR_TYPES[status], message),
  };
}

const ERROR_TYPES = {
  401: "authentication_error",
  500: "api_error",
  503: "api_error",
  529: "overloaded_error",
} as const;

function failure(status: number, type: string, message: string, headers: Record<string, string> = {}): Reply {
  return json(status, { type: "error", error: { type, message } }, headers);
}

/** With a subscription's token they become an event that names the reset; with an API key they are not shown. */
function resetHeaders(seconds: number, nowMs: number): Record<string, string> {
  return {
    "retry-after": String(seconds),
    "anthropic-ratelimit-unified-status": "rejected",
    "anthropic-ratelimit-unified-reset": String(Math.floor(nowMs / 1000) + seconds),
    "anthropic-ratelimit-unified-representative-claim": "five_hour",
  };
}

/** The task list is made item by item in new versions, and written whole where `TodoWrite` is offered. */
function toolUses(
  call: Call,
  request: ModelRequest,
  planned: PlanItem[],
): readonly { readonly name: string; readonly input: object }[] {
  switch (call.kind) {
    case "shell":
      return [{ name: "Bash", input: { command: call.command, description: "A step of the script" } }];
    case "write":
      return [{ name: "Write", input: { file_path: call.path, content: call.text } }];
    case "mcp":
      return [{ name: `mcp__${call.server}__${call.tool}`, input: call.input }];
    case "question": {
      const options = call.choices.map((label) => ({ label, description: label }));
      const asked = { question: call.text, header: "Question", multiSelect: false, options };
      return [{ name: "AskUserQuestion", input: { questions: [asked] } }];
    }
    case "plan": {
      if (!request.tools.includes("TodoWrite")) return taskUses(call.items, planned);
      const todos = call.items.map(({ text, status }) => ({ content: text, status, activeForm: text }));
      return [{ name: "TodoWrite", input: { todos } }];
    }
  }
}

/** Tasks are numbered from 1 in the order in which they were created. */
function taskUses(items: readonly PlanItem[], planned: PlanItem[]) {
  return items.flatMap(({ text, status }, index) => {
    const known = planned[index];
    planned[index] = { text, status };
    return [
      ...(known === undefined ? [{ name: "TaskCreate", input: { subject: text, description: text } }] : []),
      ...((known?.status ?? "pending") === status
        ? []
        : [{ name: "TaskUpdate", input: { taskId: String(index + 1), status } }]),
    ];
  });
}

function event(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}

function start(message: object): string {
  const empty = {
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...usage, output_tokens: 1 },
  };
  return event("message_start", { message: { ...message, ...empty } });
}

function blockEvents(block: Block, index: number): readonly string[] {
  const { content_block, deltas } = streamed(block);
  return [
    event("content_block_start", { index, content_block }),
    ...deltas.map((delta) => event("content_block_delta", { index, delta })),
    event("content_block_stop", { index }),
  ];
}

/** A block as a stream gives it: empty at first, then what fills it. */
function streamed(block: Block): { readonly content_block: object; readonly deltas: readonly object[] } {
  switch (block.type) {
    case "thinking":
      return {
        content_block: { ...block, thinking: "", signature: "" },
        deltas: [
          { type: "thinking_delta", thinking: block.thinking },
          { type: "signature_delta", signature: block.signature },
        ],
      };
    case "text":
      return {
        content_block: { ...block, text: "" },
        deltas: [{ type: "text_delta", text: block.text }],
      };
    case "tool_use":
      return {
        content_block: { ...block, input: {} },
        deltas: [{ type: "input_json_delta", partial_json: JSON.stringify(block.input) }],
      };
  }
}
