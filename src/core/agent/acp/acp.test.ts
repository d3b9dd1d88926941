// test/streams/acp has whole streams of Copilot and Gemini CLI; here are an agent of twenty lines as a process, and single lines.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { type AgentTalk, agentOrder, agentSettings, talkTo } from "../../../../test/support/agent-talk.ts";
import type { AgentEvent } from "../contract/agent-event.ts";
import type { AgentOrder, Permissions } from "../contract/agent-kind.ts";
import { acp } from "./acp.ts";
import { changedLines } from "./acp-diff.ts";
import { reasonOf, reasonToStop } from "./acp-error.ts";
import { exactly, isAllowedAlready, optionFor } from "./acp-permission.ts";
// Loaded on use otherwise: what follows does not wait for it.
import "./acp-connection.ts";

const AGENT = fileURLToPath(new URL("../../../../test/support/acp-agent.ts", import.meta.url));

function orderFor(permissions: Permissions, changes: Partial<AgentOrder> = {}): AgentOrder {
  const settings = agentSettings({ kind: "acp", permissions, command: ["copilot", "--acp"], args: ["-x"] });
  return agentOrder(settings, { program: "/bin/copilot", ...changes });
}

describe("K15: an agent of twenty lines, by its process", () => {
  let child: ChildProcess | null = null;
  afterEach(() => void child?.kill("SIGKILL"));

  /** Its events, until `isOver`; `act` is called with each. */
  async function run(
    order: AgentOrder,
    act: (event: AgentEvent, talk: Pick<AgentTalk, "conversation">) => void,
  ) {
    const agent = spawn(process.execPath, [AGENT], { stdio: ["pipe", "pipe", "inherit"] });
    child = agent;
    const events: AgentEvent[] = [];
    const conversation = acp.converse(order, {
      send: (line) => void agent.stdin.write(`${line}\n`),
      event(event) {
        events.push(event);
        act(event, { conversation });
      },
    });
    createInterface({ input: agent.stdout }).on("line", (line) => conversation.receive(line));
    conversation.begin();
    const closed = once(agent, "close");
    void once(agent, "exit").then(() => agent.stdin.destroy());
    return {
      events,
      end: () => agent.stdin.end(),
      /** Once the process is gone. */
      async ended() {
        await closed;
        conversation.processEnded({ code: agent.exitCode, signal: agent.signalCode });
        await conversation.settled?.();
        return events;
      },
    };
  }

  const said = (text: string, part: string) => ({
    kind: "message",
    from: "agent",
    text,
    part,
    delivered: null,
  });

  test("K15: permission is asked and chosen by kind, a turn follows a turn, and an interrupt ends one", async () => {
    let ends = 0;
    let isWaited = false;
    const agent = await run(orderFor("ask", { prompt: "ask" }), (event, { conversation }) => {
      if (event.kind === "asked") conversation.answer(event.id, ends === 0 ? "Allow" : "Deny");
      if (event.kind === "message" && event.text === "I read: wait") isWaited = conversation.interrupt();
      if (event.kind !== "ended") return;
      ends += 1;
      if (ends === 3) agent.end();
      else conversation.nextTurn(ends === 1 ? "ask" : "wait");
    });
    const events = await agent.ended();
    expect(events.filter(({ kind }) => kind !== "tool" && kind !== "asked")).toEqual([
      { kind: "session", id: "s1", model: null, version: "1.2.3" },
      ...[said("I read: ask", "m1"), said("a-7", "m2"), { kind: "ended", how: "completed" }],
      said("I read: ask", "m3"),
      { kind: "denied", tool: "execute", input: "touch z", why: "A person did not allow it." },
      ...[said("b-8", "m4"), { kind: "ended", how: "completed" }],
      ...[said("I read: wait", "m5"), { kind: "ended", how: "interrupted" }],
    ]);
    expect(events.find(({ kind }) => kind === "asked")).toMatchObject({ text: "Run `touch z`?" });
    expect(isWaited).toBe(true);
  });

  test("K15: a session continues, and a process that ends in a turn has not finished it", async () => {
    const session = { id: "s0", resume: true };
    const agent = await run(orderFor("full", { prompt: "exit", session }), () => {});
    expect(await agent.ended()).toMatchObject([
      { kind: "session", id: "s0" },
      { kind: "message" },
      { kind: "error", code: "other", why: "The agent ended with exit code 3 before its turn was over." },
    ]);
  });
});

describe("K15: the Agent Client Protocol", () => {
  const tick = () => new Promise((done) => setImmediate(done));

  /** In a running turn of the session `S`. */
  async function turn(order = orderFor("ask")): Promise<AgentTalk> {
    const talk = talkTo(acp, order);
    talk.conversation.begin();
    await tick();
    for (const result of [{ protocolVersion: 1, agentCapabilities: {} }, { sessionId: "S" }]) {
      talk.hear({ jsonrpc: "2.0", id: talk.sent.at(-1)?.id, result });
      await tick();
    }
    return talk;
  }

  const update = (value: object) => ({
    jsonrpc: "2.0",
    method: "session/update",
    params: { sessionId: "S", update: value },
  });

  test("K15: its command is started with its arguments, and nothing is sent but the protocol", async () => {
    expect(acp.launch(orderFor("full")).command).toEqual(["/bin/copilot", "--acp", "-x"]);
    const { sent, conversation } = await turn();
    expect(sent.map(({ method }) => method)).toEqual(["initialize", "session/new", "session/prompt"]);
    expect(conversation.steer("x")).toBe(false);
    expect(conversation.nextTurn("x")).toBe(false);
    expect(acp.takeOver("S", agentSettings({ kind: "acp" }))).toBeNull();
  });

  test.each<[string, object, string]>([
    ["limit", { code: -32603, message: "Full.", data: { errorKind: "rate_limit" } }, "limit"],
    ["no login", { code: -32000, message: "Log in." }, "signed_out"],
    ["any other", { code: -32603, message: "Broken." }, "other"],
  ])("K15: a refused turn is over, and says why: %s", async (_name, error, code) => {
    const talk = await turn();
    talk.hear({ jsonrpc: "2.0", id: talk.sent.at(-1)?.id, error });
    await tick();
    const said = talk.events.filter(({ kind }) => kind === "error" || kind === "ended");
    expect(said).toMatchObject([
      { kind: "error", code },
      { kind: "ended", how: "failed" },
    ]);
    expect(talk.events.some(({ kind }) => kind === "limit")).toBe(code === "limit");
    expect(talk.conversation.nextTurn("Again.")).toBe(true);
  });

  test("K15: an agent that cannot go on in a session says so", async () => {
    const talk = talkTo(acp, orderFor("full", { session: { id: "S", resume: true } }));
    talk.conversation.begin();
    await tick();
    talk.hear({ jsonrpc: "2.0", id: talk.sent.at(-1)?.id, result: { protocolVersion: 1 } });
    await tick();
    expect(talk.events).toMatchObject([{ code: "session_gone" }, { kind: "ended", how: "failed" }]);
  });

  test("K15: a plan, tools that change, cost and context", async () => {
    const { hear } = await turn();
    const entries = [{ content: "Read", status: "in_progress", priority: "high" }];
    expect(hear(update({ sessionUpdate: "plan", entries }))).toEqual([
      { kind: "plan", entries: [{ text: "Read", state: "active" }] },
    ]);
    const call = {
      sessionUpdate: "tool_call",
      toolCallId: "t",
      title: "Edit",
      kind: "edit",
      status: "pending",
    };
    const locations = [{ path: "/r/.worktrees/w/a.ts" }];
    const content = [{ type: "diff", path: "a.ts", oldText: "a\nb\n", newText: "a\nc\nd\n" }];
    const changed = { sessionUpdate: "tool_call_update", toolCallId: "t", status: "completed", content };
    expect(hear(update({ ...call, locations }), update(changed), update(changed))).toMatchObject([
      { kind: "tool", name: "edit", does: "edit", input: "a.ts", state: "running" },
      { kind: "tool", name: "edit", input: "a.ts", state: "ok", lines: { added: 2, removed: 1 } },
    ]);
    const spent = (amount: number) => ({
      sessionUpdate: "usage_update",
      used: 5,
      size: 10,
      cost: { amount, currency: "USD" },
    });
    expect(hear(update(spent(1)), update(spent(1.5)), update(spent(1.5)))).toEqual([
      { kind: "cost", usd: 1, isEstimate: true },
      { kind: "cost", usd: 0.5, isEstimate: true },
    ]);
  });

  test("K14: what is no message, and unknown updates", async () => {
    const { hear } = await turn();
    const known = update({ sessionUpdate: "session_info_update" });
    const wrong = [
      { id: 1 },
      { jsonrpc: "1.0", method: "x" },
      "no",
      update({ sessionUpdate: "constructor" }),
    ];
    expect(hear(known, { jsonrpc: "2.0", id: 999, result: {} }, ...wrong)).toMatchObject(
      wrong.map(() => ({ kind: "unparsed" })),
    );
  });
});

describe("K15: what needs no answer of a person", () => {
  const W = "/r/.worktrees/w";
  const asking = (toolCall: object) => ({ toolCall: { toolCallId: "t", ...toolCall }, options: [] });
  const run = (command: string) => asking({ kind: "execute", rawInput: { command } });
  const titled = (title: string) => asking({ kind: "execute", title });
  const edit = (...paths: string[]) => asking({ kind: "edit", locations: paths.map((path) => ({ path })) });

  test.each<[string, ReturnType<typeof asking>, readonly Permissions[]]>([
    ["a commit", run("git commit -m x"), ["ask", "edits", "full"]],
    ["a report", run('tasks finish --outcome done --note "All done"'), ["ask", "edits", "full"]],
    ["a report that is only in its title", titled("tasks finish --note done"), ["ask", "edits", "full"]],
    ["a title that hides more", titled("tasks finish; id"), ["full"]],
    [
      "a title that is not the command",
      asking({ kind: "execute", rawInput: { command: "id" }, title: "git commit -m x" }),
      ["full"],
    ],
    ["a commit and more", run("git commit -m x; id"), ["full"]],
    ["another command", run("npm test"), ["full"]],
    ["reading", asking({ kind: "read" }), ["edits", "full"]],
    ["a change in the worktree", edit(`${W}/a`, `${W}/b/c`), ["edits", "full"]],
    ["a change outside", edit(`${W}/a`, "/etc/x"), ["full"]],
    ["a change that climbs out", edit(`${W}/../x`), ["full"]],
    ["a change that names no file", edit(), ["full"]],
    ["an unknown action", asking({}), ["full"]],
  ])("K15: %s", (_name, permission, expected) => {
    const modes: readonly Permissions[] = ["ask", "edits", "full"];
    expect(modes.filter((mode) => isAllowedAlready(permission, mode, W))).toEqual(expected);
  });

  test("K15: an option is chosen by its kind, never by its id", () => {
    const options = [
      { optionId: "allow_once", kind: "reject_always" },
      { optionId: "x", kind: "allow_always" },
    ];
    expect(optionFor({ ...asking({}), options }, true)).toBe("x");
    expect(optionFor({ ...asking({}), options }, false)).toBe("allow_once");
    expect(optionFor(asking({}), true)).toBeNull();
  });
});

test("N24: a permission is known again by all that its tool call says, if that has its input and may be allowed once", () => {
  const once = [{ optionId: "x", kind: "allow_once" }];
  const call = { toolCallId: "t", kind: "execute", rawInput: { command: "touch z" }, title: "A step" };
  const known = exactly({ toolCall: call, options: once });
  const again = { ...call, toolCallId: "t2", status: "pending" };
  expect(known).not.toBeNull();
  expect(exactly({ toolCall: again, options: once })).toBe(known);
  const other = { ...call, rawInput: { command: "touch y" } };
  expect(exactly({ toolCall: other, options: once })).not.toBe(known);
  const { rawInput, ...titled } = call;
  expect(exactly({ toolCall: titled, options: once })).toBeNull();
  expect(exactly({ toolCall: call, options: [{ optionId: "x", kind: "allow_always" }] })).toBeNull();
});

test("K15: lines that a diff changed", () => {
  const diff = (oldText: string | null, newText: string) => ({ type: "diff", oldText, newText });
  expect(changedLines([])).toBeNull();
  expect(changedLines([diff(null, "a\nb\n"), diff("a\n", "")])).toEqual({ added: 2, removed: 1 });
  expect(changedLines([diff("a\nb\nc\n", "a\nX\nY\nc\n")])).toEqual({ added: 2, removed: 1 });
  expect(changedLines([diff("a\na\n", "a\n")])).toEqual({ added: 0, removed: 1 });
});

test("K15: why a turn stopped", () => {
  expect(reasonToStop("end_turn")).toBeNull();
  expect(reasonToStop("max_turn_requests")?.code).toBe("own_limit");
  expect(reasonToStop("refusal")?.code).toBe("other");
  expect(reasonToStop("toString")?.why).toBe("The agent stopped for an unknown reason.");
  expect(reasonOf({ code: null, message: "x", data: { status: 503 } }).code).toBe("overloaded");
});
