// What Claude Code asks its owner for over the channel: a permission, or an answer to questions of its own
// (AskUserQuestion). Several questions in one request are asked one after the other; the answers go back together.

import { type AgentEvent, cutText, oneLine, TEXT_MAX } from "../contract/agent-event.ts";
import { PERMISSION_CHOICES } from "../contract/agent-kind.ts";
import { type JsonRecord, listOf, recordOf, textOf } from "../lines/json-value.ts";
import { toolDoes, toolInput } from "./claude-tools.ts";

type Question = { readonly text: string; readonly choices: readonly string[] };

type Request = {
  readonly id: string;
  readonly toolId: string;
  readonly input: JsonRecord;
  /** See Conversation.requestOf. */
  readonly exact: string | null;
  /** Empty for a permission. */
  readonly questions: readonly Question[];
  readonly answers: readonly string[];
};

export type Reply = { readonly lines: readonly object[]; readonly events: readonly AgentEvent[] };

export class ClaudeRequests {
  readonly #worktree: string;
  readonly #open = new Map<string, Request>();

  constructor(worktree: string) {
    this.#worktree = worktree;
  }

  /** `can_use_tool`, of the tool with this id. `hasMoved`: its shell may stand in another folder than in a later process. */
  ask(id: string, request: JsonRecord, hasMoved: boolean): AgentEvent {
    const name = textOf(request["tool_name"]) ?? "tool";
    const input = recordOf(request["input"]);
    const questions = name === "AskUserQuestion" ? questionsOf(input) : [];
    const toolId = textOf(request["tool_use_id"]) ?? "";
    const exact = hasMoved || questions.length > 0 ? null : exactly(name, input, request);
    const open = { id, toolId, input, exact, questions, answers: [] };
    this.#open.set(id, open);
    return questions.length > 0 ? question(open) : permission(id, name, input, request, this.#worktree);
  }

  requestOf(id: string): string | null {
    return this.#open.get(id)?.exact ?? null;
  }

  /** The agent no longer waits for it. */
  cancel(id: string): void {
    this.#open.delete(id);
  }

  cancelAll(): void {
    this.#open.clear();
  }

  /** Null: there is no such question, or it is answered. */
  answer(askedId: string, text: string): Reply | null {
    const request = [...this.#open.values()].find((open) => askedIdOf(open) === askedId);
    if (request === undefined) return null;
    if (request.questions.length === 0) return this.#reply(request, decision(request, text));
    const answered = { ...request, answers: [...request.answers, text] };
    if (answered.answers.length < answered.questions.length) {
      this.#open.set(request.id, answered);
      return { lines: [], events: [question(answered)] };
    }
    const answers = Object.fromEntries(
      answered.questions.map(({ text: asked }, at) => [asked, answered.answers[at]]),
    );
    return this.#reply(request, { behavior: "allow", updatedInput: { ...request.input, answers } });
  }

  #reply({ id }: Request, response: object): Reply {
    this.#open.delete(id);
    const line = { type: "control_response", response: { subtype: "success", request_id: id, response } };
    return { lines: [line], events: [] };
  }
}

/** The words that describe a command to people differ each time, and change nothing. */
function exactly(
  name: string,
  input: JsonRecord,
  { blocked_path: path, decision_reason: why }: JsonRecord,
): string {
  const { description, ...rest } = input;
  return JSON.stringify([name, name === "Bash" ? rest : input, path ?? null, why ?? null]);
}

/** Any words but the first choice deny, and reach the agent as the reason. */
function decision({ input }: Request, text: string): object {
  const [allow, deny] = PERMISSION_CHOICES;
  const is = (choice: string) => text.trim().toLowerCase() === choice.toLowerCase();
  if (is(allow)) return { behavior: "allow", updatedInput: input };
  return { behavior: "deny", message: is(deny) ? "A person denied this." : text };
}

function permission(
  id: string,
  name: string,
  input: JsonRecord,
  request: JsonRecord,
  worktree: string,
): AgentEvent {
  const reason = textOf(request["decision_reason"]);
  const text = `${permissionText(name, toolInput(input, worktree))}${reason === null ? "" : ` ${oneLine(reason)}`}`;
  return { kind: "asked", id, about: "permission", text, choices: PERMISSION_CHOICES };
}

function permissionText(name: string, input: string): string {
  if (input === "") return `May it use ${name}?`;
  if (name === "SandboxNetworkAccess") return `May its commands reach ${input}?`;
  switch (toolDoes(name)) {
    case "run":
      return `May it run \`${input}\`?`;
    case "edit":
      return `May it change ${input}?`;
    case "read":
      return `May it read ${input}?`;
    case "web":
      return `May it open ${input}?`;
    default:
      return `May it use ${name}: ${input}?`;
  }
}

function questionsOf(input: JsonRecord): readonly Question[] {
  return listOf(input["questions"])
    .map(recordOf)
    .flatMap((asked) => {
      const text = textOf(asked["question"]);
      const labels = listOf(asked["options"]).map((option) => textOf(recordOf(option)["label"]));
      return text === null ? [] : [{ text, choices: labels.filter((label) => label !== null) }];
    });
}

function question(request: Request): AgentEvent {
  const { text, choices } = request.questions[request.answers.length] ?? { text: "", choices: [] };
  const words = cutText(text, TEXT_MAX.message);
  return { kind: "asked", id: askedIdOf(request), about: "question", text: words, choices };
}

/** The first question has the request's id, later ones an own. */
function askedIdOf({ id, answers }: Request): string {
  return answers.length === 0 ? id : `${id}/${answers.length + 1}`;
}
