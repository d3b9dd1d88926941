// POST /v1/responses, as Codex asks it; always a stream.

import { events, ids, json, type Shape } from "../shape.ts";
import { type Answer, type Call, USAGE } from "../steps.ts";

const usage = {
  input_tokens: USAGE.input,
  input_tokens_details: { cached_tokens: USAGE.cached },
  output_tokens: USAGE.output,
  output_tokens_details: { reasoning_tokens: USAGE.reasoning },
  total_tokens: USAGE.input + USAGE.output,
};

const DEFAULT_RESET_SECONDS = 7200;

export function responsesShape(): Shape {
  const responseId = ids("resp_");
  const itemId = ids("item_");
  const callId = ids("call_");

  function itemsOf(answer: Answer): readonly object[] {
    const summary = [{ type: "summary_text", text: answer.thought }];
    return [
      ...(answer.thought === "" ? [] : [{ type: "reasoning", id: itemId(), summary }]),
      ...(answer.text === "" ? [] : [message(itemId(), answer.text)]),
      ...answer.calls.map((call) => ({ id: itemId(), call_id: callId(), ...functionCall(call) })),
    ];
  }

  return {
    accepts: (path) => path.startsWith("/v1/responses"),
    answer: (answer) => {
      const id = responseId();
      return events([
        event("response.created", { response: { id } }),
        ...itemsOf(answer).flatMap((item, output_index) => [
          event("response.output_item.added", { output_index, item }),
          event("response.output_item.done", { output_index, item }),
        ]),
        event("response.completed", { response: { id, usage } }),
      ]);
    },
    cut: (text) =>
      events([
        event("response.created", { response: { id: responseId() } }) +
          event("response.output_item.added", { output_index: 0, item: message(itemId(), "") }) +
          event("response.output_text.delta", { output_index: 0, delta: text }),
      ]),
    limit: ({ resetsInSeconds }, nowMs) => {
      const seconds = resetsInSeconds ?? DEFAULT_RESET_SECONDS;
      const resets_at = Math.floor(nowMs / 1000) + seconds;
      const message = "The usage limit has been reached";
      const error =
        resetsInSeconds === undefined
          ? {
              type: "insufficient_quota",
              code: "insufficient_quota",
              message: "You exceeded your current quota.",
            }
          : {
              type: "usage_limit_reached",
              message,
              plan_type: "plus",
              resets_at,
              resets_in_seconds: seconds,
            };
      return json(429, { error }, resetsInSeconds === undefined ? {} : limitHeaders(resets_at));
    },
    fail: ({ status, message }) => json(status, { error: { type: "server_error", message } }),
  };
}

/** The only place in which the app-server says when the limit ends. */
function limitHeaders(resetsAt: number): Record<string, string> {
  return {
    "x-codex-primary-used-percent": "100",
    "x-codex-primary-window-minutes": "300",
    "x-codex-primary-reset-at": String(resetsAt),
  };
}

function functionCall(call: Call): object {
  switch (call.kind) {
    case "shell":
      return named("exec_command", { cmd: call.command });
    case "write":
      return named("exec_command", { cmd: `cat > '${call.path}' <<'END'\n${call.text}\nEND` });
    case "plan":
      return named("update_plan", { plan: call.items.map(({ text, status }) => ({ step: text, status })) });
    case "mcp":
      return { ...named(call.tool, call.input), namespace: `mcp__${call.server}` };
    case "question":
      throw new Error("Codex has no tool that asks its user in this mode.");
  }
}

function named(name: string, input: object): object {
  return { type: "function_call", name, arguments: JSON.stringify(input) };
}

function message(id: string, text: string): object {
  return { type: "message", role: "assistant", id, content: [{ type: "output_text", text }] };
}

function event(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}
