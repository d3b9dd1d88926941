// Lines as Codex 0.171.0 wrote them; test/streams/codex has whole streams.

import { describe, expect, test } from "vitest";
import { type AgentTalk, agentOrder, agentSettings, talkTo } from "../../../../test/support/agent-talk.ts";
import type { AgentOrder, Permissions } from "../contract/agent-kind.ts";
import { codex } from "./codex.ts";

const GIT = { own: "/r/.git/worktrees/w", common: "/r/.git" };
const OUT = { account: null, requiresOpenaiAuth: true };
const IN = { account: { type: "apiKey" }, requiresOpenaiAuth: true };

function orderFor(permissions: Permissions, changes: Partial<AgentOrder> = {}): AgentOrder {
  const settings = agentSettings({ kind: "codex", permissions, model: "gpt-5.5" });
  return agentOrder(settings, { git: GIT, runVariables: { TASKS_RUN: "R" }, ...changes });
}

/** A conversation whose thread is open and whose turn `T1` runs. */
function talkInTurn(order = orderFor("full")): AgentTalk {
  const talk = talkOpening(order);
  talk.hear({ id: 4, result: { turn: { id: "T1" } } });
  return talk;
}

/** `turn/start` was sent, and has no reply. */
function talkOpening(order: AgentOrder, account: object = IN): AgentTalk {
  const talk = talkTo(codex, order);
  talk.conversation.begin();
  talk.hear({ id: 1, result: { userAgent: "dataface_tasks/0.171.0 (Debian 12; x86_64)" } });
  talk.hear({ id: 2, result: account }, { id: 3, result: { thread: { id: "S" }, model: "gpt-5.5" } });
  return talk;
}

const completed = (status = "completed", error: object | null = null) => ({
  method: "turn/completed",
  params: { threadId: "S", turn: { id: "T1", status, error } },
});

describe("K17: a session of Codex", () => {
  test("K17: it says hello, opens a thread and starts a turn with the prompt", () => {
    const { sent, events } = talkOpening(orderFor("full"));
    expect(sent.map(({ method }) => method)).toEqual([
      ...["initialize", "initialized", "account/read", "thread/start", "turn/start"],
    ]);
    expect(sent.at(-1)?.params).toEqual({
      threadId: "S",
      input: [{ type: "text", text: "Do it.", text_elements: [] }],
    });
    expect(events).toEqual([{ kind: "session", id: "S", model: "gpt-5.5", version: "0.171.0" }]);
  });

  test("K17: it resumes its thread with only the new words", () => {
    const session = { id: "S", resume: true };
    const { sent } = talkOpening(orderFor("edits", { session, prompt: "Go on." }));
    expect(sent[3]).toMatchObject({ method: "thread/resume", params: { threadId: "S", excludeTurns: true } });
    expect(sent[4]).toMatchObject({ params: { input: [{ text: "Go on." }] } });
  });

  test("K17: a thread that no longer exists is said, and the turn is over", () => {
    const talk = talkTo(codex, orderFor("full", { session: { id: "S", resume: true } }));
    talk.conversation.begin();
    talk.hear({ id: 1, result: {} }, { id: 2, result: IN });
    const why = "no rollout found for thread id S";
    expect(talk.hear({ id: 3, error: { code: -32600, message: why } })).toEqual([
      { kind: "error", code: "session_gone", status: null, why },
      { kind: "ended", how: "failed" },
    ]);
    expect(talk.conversation.nextTurn("x")).toBe(false);
  });

  test("K17: without a login, the key in the environment is used, which Codex reads itself", () => {
    const { sent, hear } = talkOpening(orderFor("full"), OUT);
    expect(sent[3]).toMatchObject({
      params: {
        modelProvider: "tasks_openai",
        config: { "model_providers.tasks_openai": { env_key: "CODEX_API_KEY" } },
      },
    });
    const error = { message: "Missing environment variable: `CODEX_API_KEY`.", codexErrorInfo: "other" };
    const events = hear({ method: "error", params: { threadId: "S", willRetry: false, error } });
    expect(events).toMatchObject([{ kind: "error", code: "signed_out" }]);
  });

  test("K17: a turn after a turn, in the same process", () => {
    const talk = talkInTurn();
    expect(talk.conversation.nextTurn("Too early")).toBe(false);
    expect(talk.hear(completed())).toEqual([{ kind: "ended", how: "completed" }]);
    expect(talk.conversation.steer("Too late")).toBe(false);
    expect(talk.conversation.nextTurn("And now?")).toBe(true);
    expect(talk.sent.at(-1)).toMatchObject({
      method: "turn/start",
      params: { input: [{ text: "And now?" }] },
    });
  });

  test("K17: an interrupt ends the turn and the tools that ran in it", () => {
    const { conversation, sent, hear } = talkInTurn();
    const item = {
      id: "c1",
      type: "commandExecution",
      command: "/bin/bash -c 'sleep 9'",
      status: "inProgress",
    };
    hear({ method: "item/started", params: { threadId: "S", item } });
    expect(conversation.interrupt()).toBe(true);
    expect(sent.at(-1)).toMatchObject({ method: "turn/interrupt", params: { threadId: "S", turnId: "T1" } });
    expect(hear(completed("interrupted"))).toMatchObject([
      { kind: "tool", id: "c1", state: "failed" },
      { kind: "ended", how: "interrupted" },
    ]);
    expect(conversation.interrupt()).toBe(false);
  });

  test.each([
    [{ code: 3, signal: null }, "Codex ended with exit code 3 before its turn was over."],
    [{ code: null, signal: "SIGKILL" }, "Codex ended by SIGKILL before its turn was over."],
  ])("K17: a process that ends in a turn has not finished it: %j", (exit, why) => {
    const talk = talkInTurn();
    talk.conversation.processEnded(exit);
    expect(talk.events.at(-1)).toEqual({ kind: "error", code: "other", status: null, why });
  });

  test("K17: a process that ends between turns says nothing", () => {
    const talk = talkInTurn();
    talk.hear(completed());
    talk.conversation.processEnded({ code: 0, signal: null });
    expect(talk.events.at(-1)).toEqual({ kind: "ended", how: "completed" });
  });
});

describe("K17: messages while it works", () => {
  test("K17: a message joins the running turn", () => {
    const { conversation, sent } = talkInTurn();
    expect(conversation.steer("Use b.")).toBe(true);
    expect(sent.at(-1)).toMatchObject({
      method: "turn/steer",
      params: { threadId: "S", expectedTurnId: "T1", input: [{ type: "text", text: "Use b." }] },
    });
  });

  test("K17: a message that comes before the turn has a name is sent once it has one", () => {
    const { conversation, sent, hear } = talkOpening(orderFor("full"));
    expect(conversation.steer("Early.")).toBe(true);
    expect(sent.at(-1)?.method).toBe("turn/start");
    hear({ method: "turn/started", params: { threadId: "S", turn: { id: "T1" } } });
    expect(sent.at(-1)).toMatchObject({ method: "turn/steer", params: { expectedTurnId: "T1" } });
    hear({ id: 4, result: { turn: { id: "T1" } } });
    expect(sent.filter(({ method }) => method === "turn/steer")).toHaveLength(1);
  });

  test("K17: a message that Codex refuses as its turn ends becomes the next turn, and nothing ended", () => {
    const { conversation, sent, hear, events } = talkInTurn();
    conversation.steer("Late.");
    expect(hear(completed())).toEqual([]);
    expect(hear({ id: 5, error: { code: -32600, message: "no active turn to steer" } })).toEqual([]);
    expect(sent.at(-1)).toMatchObject({ method: "turn/start", params: { input: [{ text: "Late." }] } });
    hear({ id: 6, result: { turn: { id: "T2" } } }, completed());
    expect(events.filter(({ kind }) => kind === "ended")).toHaveLength(1);
  });

  test("K17: a message that Codex took as its turn ended is waited for", () => {
    const { conversation, hear } = talkInTurn();
    conversation.steer("Just in time.");
    expect(hear(completed())).toEqual([]);
    expect(hear({ id: 5, result: { turnId: "T1" } })).toEqual([{ kind: "ended", how: "completed" }]);
  });

  test("K17: a message that an interrupted turn did not take goes before the next one", () => {
    const { conversation, sent, hear } = talkInTurn();
    conversation.steer("First.");
    hear(completed("interrupted"), { id: 5, error: { message: "no active turn" } });
    conversation.nextTurn("Second.");
    expect(sent.at(-1)).toMatchObject({ params: { input: [{ text: "First.\n\nSecond." }] } });
  });
});

describe("K17: what Codex asks", () => {
  const approval = (params: object, id = 0) => ({
    method: "item/commandExecution/requestApproval",
    id,
    params: { threadId: "S", turnId: "T1", itemId: "c1", ...params },
  });

  test.each([
    ["Allow", "accept"],
    [" allow ", "accept"],
    ["Deny", "decline"],
    ["whatever", "decline"],
  ])("K17: the answer %j to a permission is %s", (answer, decision) => {
    const { conversation, sent, hear } = talkInTurn(orderFor("ask"));
    const command = "/bin/bash -c 'touch z'";
    expect(hear(approval({ command, reason: "It is needed." }))).toEqual([
      {
        kind: "asked",
        id: "0/0",
        about: "permission",
        text: "Run `touch z`? It is needed.",
        choices: ["Allow", "Deny"],
      },
    ]);
    expect(conversation.answer("0/0", answer)).toBe(true);
    expect(sent.at(-1)).toEqual({ id: 0, result: { decision } });
    expect(conversation.answer("0/0", answer)).toBe(false);
  });

  test("N24: a command is known again with its folder, a change of files is not", () => {
    const exactly = (params: object, method?: string) => {
      const { conversation, hear } = talkInTurn(orderFor("ask"));
      hear({ ...approval(params), ...(method !== undefined && { method }) });
      return conversation.requestOf?.("0/0") ?? null;
    };
    const touch = { command: "/bin/bash -c 'touch z'", cwd: "/w" };
    const known = exactly(touch);
    expect(known).not.toBeNull();
    expect(exactly({ ...touch, itemId: "c2", turnId: "T2", startedAtMs: 5, reason: "Why not?" })).toBe(known);
    expect(exactly({ ...touch, cwd: "/w/build" })).not.toBe(known);
    expect(exactly({ command: touch.command })).toBeNull();
    expect(exactly({ grantRoot: "/" }, "item/fileChange/requestApproval")).toBeNull();
  });

  test("K17: committing needs no answer, and nothing else is taken for it", () => {
    const { sent, hear } = talkInTurn(orderFor("ask"));
    expect(hear(approval({ command: "/bin/bash -c \"git commit -m 'Fix it'\"" }))).toEqual([]);
    expect(sent.at(-1)).toEqual({ id: 0, result: { decision: "accept" } });
    const others = [
      "git push",
      "git commit -m x; rm -rf /",
      "git commit -m $(id)",
      "git commit\nid",
      "git add `id`",
    ];
    for (const command of others) {
      expect(hear(approval({ command: `/bin/bash -c '${command}'` }))).toMatchObject([{ kind: "asked" }]);
    }
  });

  test("K17: a change of files is asked with its paths, a tool of an MCP server with its name", () => {
    const { conversation, sent, hear } = talkInTurn(orderFor("ask"));
    const changes = [
      { path: "/r/.worktrees/w/d.txt", kind: { type: "add" }, diff: "a\nb\n" },
      { path: "/etc/x" },
    ];
    hear({
      method: "item/started",
      params: { threadId: "S", item: { type: "fileChange", id: "c3", changes } },
    });
    const change = {
      method: "item/fileChange/requestApproval",
      id: 1,
      params: { threadId: "S", itemId: "c3" },
    };
    expect(hear(change)).toMatchObject([{ kind: "asked", text: "Change d.txt, /etc/x?" }]);
    const _meta = { codex_approval_kind: "mcp_tool_call" };
    const message = 'Allow the db MCP server to run tool "drop"?';
    expect(
      hear({ method: "mcpServer/elicitation/request", id: 2, params: { _meta, message } }),
    ).toMatchObject([{ kind: "asked", text: message }]);
    conversation.answer("2/0", "Allow");
    expect(sent.at(-1)).toEqual({ id: 2, result: { action: "accept", content: null, _meta: null } });
  });

  test("K17: its own questions are asked one after the other", () => {
    const { conversation, sent, hear, events } = talkInTurn();
    const questions = [
      { id: "q1", question: "Which region?", options: [{ label: "eu" }, { label: "us" }] },
      { id: "q2", question: "Which name?", options: null },
    ];
    hear({ method: "item/tool/requestUserInput", id: "r", params: { questions } });
    expect(events.at(-1)).toMatchObject({ id: "r/0", about: "question", choices: ["eu", "us"] });
    conversation.answer("r/0", "eu");
    expect(events.at(-1)).toMatchObject({ id: "r/1", text: "Which name?", choices: [] });
    conversation.answer("r/1", "Ada");
    expect(sent.at(-1)).toEqual({
      id: "r",
      result: { answers: { q1: { answers: ["eu"] }, q2: { answers: ["Ada"] } } },
    });
  });

  test("K17: what is no longer waited for is no longer answered; what is unknown is refused", () => {
    const { conversation, sent, hear } = talkInTurn();
    hear(approval({ command: "x" }, 7), { method: "serverRequest/resolved", params: { requestId: 7 } });
    expect(conversation.answer("7/0", "Allow")).toBe(false);
    expect(hear({ method: "toString", id: 8, params: {} })).toMatchObject([{ kind: "unparsed" }]);
    expect(sent.at(-1)).toMatchObject({ id: 8, error: { code: -32601 } });
    expect(hear({ method: "attestation/generate", id: 9, params: {} })).toEqual([]);
    expect(sent.at(-1)).toMatchObject({ id: 9, error: {} });
  });
});

describe("K18: what Codex may do", () => {
  const startOf = (order: AgentOrder) => talkOpening(order).sent[3]?.params;

  test("K18: by default its sandbox writes to the worktree and to the four places a commit needs", () => {
    expect(codex.permissionsDefault).toBe("edits");
    expect(startOf(orderFor("edits"))).toEqual({
      cwd: "/r/.worktrees/w",
      approvalPolicy: "never",
      sandbox: "workspace-write",
      approvalsReviewer: "user",
      model: "gpt-5.5",
      config: {
        allow_login_shell: false,
        "tools.update_plan.enabled": true,
        "sandbox_workspace_write.writable_roots": [
          "/r/.git/worktrees/w",
          "/r/.git/objects",
          "/r/.git/refs",
          "/r/.git/logs",
        ],
        "sandbox_workspace_write.exclude_slash_tmp": false,
        "sandbox_workspace_write.exclude_tmpdir_env_var": true,
        "mcp_servers.tasks": {
          command: "tasks",
          args: ["mcp"],
          env: { TASKS_RUN: "R" },
          default_tools_approval_mode: "approve",
          required: true,
          startup_timeout_sec: 60,
        },
      },
    });
    expect(codex.launch(orderFor("edits"))).toEqual({
      command: ["/bin/codex", "app-server", "-c", "check_for_update_on_startup=false"],
      variables: { TMPDIR: "/tmp" },
      stdin: "channel",
    });
  });

  test("K18: in a repository below /tmp, /tmp stays closed", () => {
    const git = { own: "/tmp/r/.git/worktrees/w", common: "/tmp/r/.git" };
    const order = orderFor("edits", { git, worktree: "/tmp/r/.worktrees/w" });
    expect(startOf(order)).toMatchObject({ config: { "sandbox_workspace_write.exclude_slash_tmp": true } });
    expect(codex.launch(order).variables).toEqual({});
  });

  test("K18: `ask` asks, `full` has no sandbox, and only in a sandbox it reports by its tools", () => {
    expect(startOf(orderFor("ask"))).toMatchObject({
      approvalPolicy: "untrusted",
      sandbox: "workspace-write",
      config: { "mcp_servers.tasks": {} },
    });
    const full = startOf(orderFor("full"));
    expect(full).toMatchObject({ approvalPolicy: "never", sandbox: "danger-full-access" });
    expect(JSON.stringify(full)).not.toMatch(/writable_roots|mcp_servers/);
    const prompt = (permissions: Permissions) => JSON.stringify(talkOpening(orderFor(permissions)).sent[4]);
    expect(prompt("edits")).toContain("call the tool of the MCP server `tasks`");
    expect(prompt("full")).not.toContain("MCP");
  });

  test("K18: without its tools an agent in the sandbox could report nothing: that is said", () => {
    const { hear } = talkInTurn(orderFor("edits"));
    const params = { threadId: "S", name: "tasks", status: "failed", error: "no such file" };
    expect(hear({ method: "mcpServer/startupStatus/updated", params })).toMatchObject([
      { kind: "error", why: "Its tools for reporting did not start: no such file" },
    ]);
  });

  test("K18: its native file is started, not the program around it", () => {
    const machine = { platform: "linux", arch: "x64" };
    expect(codex.nativeFiles("/lib/node_modules/@openai/codex/bin/codex.js", machine)).toContain(
      "/lib/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex",
    );
    expect(codex.nativeFiles("/usr/local/bin/codex", machine)).toEqual([]);
    expect(codex.nativeFiles("/x/@openai/codex/bin/codex.js", { platform: "aix", arch: "x64" })).toEqual([]);
    expect(codex.takeOver("S", agentSettings({ kind: "codex" }))).toEqual(["codex", "resume", "S"]);
  });
});
