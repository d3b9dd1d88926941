// What a scripted worker prints: Claude Code's stream, or the event lines of a command. The product reads it with its own
// parsers.

import type { Trouble } from "./services.ts";

export type Used = { readonly input: number; readonly output: number };

export type Voice = {
  turnBegan(text: string): void;
  said(text: string): void;
  /** `does`: its input. */
  toolBegan(id: string, used: Used, does: string): void;
  toolEnded(id: string, output: string): void;
  /** Null: it ends as it should. */
  turnEnded(how: "completed" | "interrupted" | Trouble): void;
};

export type Speak = (line: object) => void;

const MODEL = "claude-opus-5-5";
const USD_PER_INPUT = 3e-6;
const USD_PER_OUTPUT = 15e-6;

export function usdOf({ input, output }: Used): number {
  return input * USD_PER_INPUT + output * USD_PER_OUTPUT;
}

export function claudeVoice(speak: Speak, session: string): Voice {
  let answers = 0;
  const total = { input: 0, output: 0 };
  const answer = (content: object, usage: Used | null) => {
    answers += 1;
    const message = {
      id: `msg_${answers}`,
      role: "assistant",
      model: MODEL,
      content: [content],
      usage: { input_tokens: usage?.input ?? 0, output_tokens: usage?.output ?? 0 },
    };
    speak({ type: "assistant", message, parent_tool_use_id: null, session_id: session });
  };
  return {
    turnBegan: (text) => {
      speak({
        type: "system",
        subtype: "init",
        session_id: session,
        model: MODEL,
        claude_code_version: "2.1.332",
      });
      speak({ type: "user", isReplay: true, message: { role: "user", content: [{ type: "text", text }] } });
    },
    said: (text) => answer({ type: "text", text }, null),
    toolBegan: (id, used, does) => {
      total.input += used.input;
      total.output += used.output;
      answer({ type: "tool_use", id, name: "Bash", input: { command: does } }, used);
    },
    toolEnded: (id, output) =>
      speak({
        type: "user",
        message: { role: "user", content: [{ tool_use_id: id, type: "tool_result", content: output }] },
      }),
    turnEnded: (how) => {
      const isFailed = typeof how !== "string";
      if (isFailed) failed(speak, how);
      speak({
        type: "result",
        subtype: isFailed ? "success" : how === "interrupted" ? "error_during_execution" : "success",
        is_error: isFailed || how === "interrupted",
        ...(isFailed ? RESULTS[how.kind] : {}),
        session_id: session,
        total_cost_usd: Number(usdOf(total).toFixed(6)),
        modelUsage: {
          [MODEL]: { inputTokens: total.input, outputTokens: total.output, cacheReadInputTokens: 0 },
        },
      });
    },
  };
}

const RESULTS: Readonly<Record<Trouble["kind"], object>> = {
  limit: { api_error_status: 429, result: "You've hit your 5-hour limit" },
  overloaded: { api_error_status: 529, result: "API Error: 529 Overloaded" },
  network: { api_error_status: null, result: "API Error: Connection to the API was lost (ECONNRESET)." },
  signed_out: { api_error_status: 401, result: "Please run /login" },
};

const ERRORS: Readonly<Record<Trouble["kind"], string>> = {
  limit: "rate_limit",
  overloaded: "overloaded",
  network: "server_error",
  signed_out: "authentication_failed",
};

/** What comes before the result. */
function failed(speak: Speak, trouble: Trouble): void {
  if (trouble.kind === "limit")
    speak({
      type: "rate_limit_event",
      rate_limit_info: {
        status: "rejected",
        resetsAt: Math.round(trouble.resetsAtMs / 1000),
        rateLimitType: "five_hour",
        isUsingOverage: false,
      },
    });
  const message = { id: "made-up", role: "assistant", model: "<synthetic>", content: [] };
  speak({ type: "assistant", error: ERRORS[trouble.kind], message, parent_tool_use_id: null });
}

/** Of a command: its process is its turn. */
export function commandVoice(speak: Speak): Voice {
  const say = (tasks: string, fields: object) => speak({ tasks, ...fields });
  return {
    turnBegan: () => {},
    said: (text) => say("message", { text }),
    toolBegan: (id, used, does) => {
      say("usage", used);
      say("cost", { usd: usdOf(used), is_estimate: false });
      say("tool", { id, name: "sh", does: "run", input: does, state: "running" });
    },
    toolEnded: (id, output) => say("tool", { id, state: "ok", exit_code: 0, output }),
    turnEnded: (how) => {
      if (typeof how === "string") return;
      if (how.kind === "limit")
        say("limit", {
          status: "reached",
          window: "five_hour",
          used_percent: 100,
          resets_at: new Date(how.resetsAtMs).toISOString(),
        });
      say("error", { code: how.kind, status: STATUS[how.kind], why: `It met ${how.kind}.` });
      say("ended", { how: "failed" });
    },
  };
}

const STATUS: Readonly<Record<Trouble["kind"], number | null>> = {
  limit: 429,
  overloaded: 529,
  network: null,
  signed_out: 401,
};
