// What codex asks its client: permissions, and questions of its own. Each request becomes one or more `asked` events in a row,
// and is answered when the last of them is.

import { type AgentEvent, cutText, TEXT_MAX } from "../contract/agent-event.ts";
import { PERMISSION_CHOICES } from "../contract/agent-kind.ts";
import { isAlwaysAllowed } from "../lines/always-allowed.ts";
import { asRecord, entryOf, type JsonRecord, listOf, recordOf, textOf } from "../lines/json-value.ts";
import { commandInShell } from "./codex-command.ts";

type Asked = Extract<AgentEvent, { kind: "asked" }>;

export type CodexRequest =
  /** Needs no person. */
  | { readonly kind: "answered"; readonly result: JsonRecord }
  /** `result` has one answer for each of `questions`. */
  | {
      readonly kind: "ask";
      readonly questions: readonly Pick<Asked, "about" | "text" | "choices">[];
      readonly result: (answers: readonly string[]) => JsonRecord;
      /** See Conversation.requestOf. */
      readonly exact: string | null;
    }
  /** Refused for a reason that is no matter for people. */
  | { readonly kind: "unsupported" }
  | { readonly kind: "unknown" };

/** `describeItem` is what is known of an item that was announced: a change of files comes without its paths. */
export function readRequest(
  method: string,
  params: JsonRecord,
  describeItem: (id: string) => string | null,
): CodexRequest {
  const read = entryOf(REQUESTS, method);
  if (read !== undefined) return read(params, describeItem);
  return UNSUPPORTED.has(method) ? { kind: "unsupported" } : { kind: "unknown" };
}

const UNSUPPORTED: ReadonlySet<string> = new Set([
  "item/tool/call",
  "account/chatgptAuthTokens/refresh",
  "attestation/generate",
]);

const REQUESTS: Readonly<
  Record<string, (params: JsonRecord, describeItem: (id: string) => string | null) => CodexRequest>
> = {
  "item/commandExecution/requestApproval": (params, describeItem) => {
    const command = textOf(params.command) ?? describeItem(textOf(params.itemId) ?? "") ?? "a command";
    if (isAlwaysAllowed(commandInShell(command))) return { kind: "answered", result: { decision: "accept" } };
    return permission(withReason(`Run \`${commandInShell(command)}\`?`, params), decision, exactly(params));
  },
  "item/fileChange/requestApproval": (params, describeItem) => {
    const paths = describeItem(textOf(params.itemId) ?? "") ?? "files";
    const root = textOf(params.grantRoot);
    const more = root === null ? "" : `, and everything below ${root} from then on`;
    return permission(withReason(`Change ${paths}${more}?`, params), decision);
  },
  "item/permissions/requestApproval": (params) =>
    permission(withReason("Give it more permissions for this turn?", params), (isAllowed) => ({
      permissions: isAllowed ? recordOf(params.permissions) : {},
      scope: "turn",
    })),
  "mcpServer/elicitation/request": (params) => {
    const isToolCall = recordOf(params._meta).codex_approval_kind === "mcp_tool_call";
    const result = (isAllowed: boolean) => ({
      action: isAllowed ? "accept" : "decline",
      content: null,
      _meta: null,
    });
    // A form of a server for a person at a screen: no one is there.
    if (!isToolCall) return { kind: "answered", result: result(false) };
    return permission(textOf(params.message) ?? "Allow a tool of an MCP server?", result);
  },
  "item/tool/requestUserInput": ({ questions }) => userInput(listOf(questions).map(recordOf)),
};

/** Ids, times and the agent's reason differ each time. Null for a command that stands elsewhere. */
function exactly(params: JsonRecord): string | null {
  const { threadId, turnId, itemId, approvalId, startedAtMs, reason, ...rest } = params;
  return textOf(rest.command) === null || textOf(rest.cwd) === null ? null : JSON.stringify(rest);
}

/** `exact` null: what would be changed or permitted is not part of the request. */
function permission(
  text: string,
  result: (isAllowed: boolean) => JsonRecord,
  exact: string | null = null,
): CodexRequest {
  return {
    kind: "ask",
    exact,
    questions: [{ about: "permission", text: cutText(text, TEXT_MAX.why), choices: PERMISSION_CHOICES }],
    result: ([answer]) => result(answer?.trim().toLowerCase() === ALLOW),
  };
}

const ALLOW = PERMISSION_CHOICES[0].toLowerCase();

/** `decline` lets the turn go on, `cancel` would end it. */
function decision(isAllowed: boolean): JsonRecord {
  return { decision: isAllowed ? "accept" : "decline" };
}

function withReason(text: string, { reason }: JsonRecord): string {
  const why = textOf(reason)?.trim() ?? "";
  return why === "" ? text : `${text} ${why}`;
}

function userInput(questions: readonly JsonRecord[]): CodexRequest {
  if (questions.length === 0) return { kind: "answered", result: { answers: {} } };
  return {
    kind: "ask",
    exact: null,
    questions: questions.map(({ question, header, options }) => ({
      about: "question",
      text: cutText(textOf(question) ?? textOf(header) ?? "", TEXT_MAX.why),
      choices: listOf(options).flatMap((option) => textOf(asRecord(option)?.label) ?? []),
    })),
    result: (answers) => ({
      answers: Object.fromEntries(
        questions.map(({ id }, index) => [textOf(id) ?? "", { answers: [answers[index] ?? ""] }]),
      ),
    }),
  };
}
