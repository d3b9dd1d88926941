// Codex through its app-server (JSON-RPC lines without the version field), and once through `exec --json`.

import { plan, say, shell, write } from "../model/steps.ts";
import { type JsonRpc, jsonRpc } from "./json-rpc.ts";
import { type Bench, type Recording, type Situation, whole } from "./situation.ts";

const FULL = { approvalPolicy: "never", sandbox: "danger-full-access" } as const;
const EDITS = { approvalPolicy: "never", sandbox: "workspace-write" } as const;
const ASK = { approvalPolicy: "untrusted", sandbox: "workspace-write" } as const;

/** A tool that is still at work when the agent is ended; long enough for a busy machine. */
const LONG = shell("echo started; sleep 15");

type Rules = typeof FULL | typeof EDITS | typeof ASK;

export const CODEX: readonly Situation[] = [
  { name: "normal", script: workScript(), act: (bench) => oneTurn(bench, FULL) },
  {
    name: "normal-exec",
    script: workScript(),
    act: async (bench) => {
      const args = ["exec", "--json", "--dangerously-bypass-approvals-and-sandbox", "Do the work."];
      const channel = bench.open({ args, input: "closed" });
      const { thread_id } = await channel.next((line) => line["type"] === "thread.started");
      return whole(channel, new Map([[String(thread_id), "SESSION"]]));
    },
  },
  {
    name: "denied",
    script: [
      say("I write where I may not.", [shell("touch /outside-of-the-worktree.txt")]),
      say("It was refused."),
    ],
    act: (bench) => oneTurn(bench, EDITS),
  },
  {
    name: "limit",
    script: [say("I look.", [shell("ls")]), { kind: "limit" }],
    act: (bench) => oneTurn(bench, FULL),
  },
  {
    name: "limit-with-reset",
    script: [say("I look.", [shell("ls")]), { kind: "limit", resetsInSeconds: 7200 }],
    act: (bench) => oneTurn(bench, FULL),
  },
  { name: "error-401", script: failing(401, "bad key"), act: (bench) => oneTurn(bench, FULL) },
  { name: "error-500", script: failing(500, "Internal server error"), act: (bench) => oneTurn(bench, FULL) },
  {
    name: "cut",
    script: Array.from({ length: 8 }, () => ({ kind: "cut", text: "I begin to" }) as const),
    act: (bench) => oneTurn(bench, FULL),
  },
  { name: "killed-in-tool", script: [say("This takes long.", [LONG])], act: killedInTool },
  {
    name: "torn",
    script: [say("This takes long.", [LONG])],
    act: async (bench) => {
      const { output, ...rest } = await killedInTool(bench);
      // What a reader has that was ended in the middle of the last line.
      return { ...rest, output: output.slice(0, -100) };
    },
  },
  {
    name: "resumed",
    script: [say("This takes long.", [LONG]), say("I go on.", [shell("cat README.md")]), say("All done.")],
    act: async (bench) => {
      const { words } = await killedInTool(bench);
      const [threadId = ""] = words.keys();
      const client = await connect(bench);
      await client.ask("thread/resume", { threadId, cwd: bench.scratch.repo, ...FULL });
      await client.turn(threadId, "Go on.");
      return client.end(threadId);
    },
  },
  {
    name: "resume-unknown",
    script: [],
    act: async (bench) => {
      const client = await connect(bench);
      await client.ask("thread/resume", { threadId: "5e551011-0000-7000-8000-000000000002", ...FULL });
      return client.end("5e551011-0000-7000-8000-000000000002");
    },
  },
  {
    name: "steered",
    script: [
      say("I begin.", [shell("echo one; sleep 3")]),
      say("I saw your message.", [shell("echo two")]),
      say("Done as you said."),
    ],
    act: async (bench) => {
      const client = await connect(bench);
      const threadId = await client.startThread(FULL);
      const turnId = await client.startTurn(threadId, "Do the work.");
      await client.channel.next(isCommandStart);
      const input = [{ type: "text", text: "Use the other name." }];
      await client.ask("turn/steer", { threadId, expectedTurnId: turnId, input });
      await client.channel.next(isTurnEnd);
      return client.end(threadId);
    },
  },
  {
    name: "two-turns",
    script: [say("First answer.", [shell("echo one")]), say("One."), say("Second answer.")],
    act: async (bench) => {
      const client = await connect(bench);
      const threadId = await client.startThread(FULL);
      await client.turn(threadId, "Do the work.");
      await client.turn(threadId, "And now?");
      return client.end(threadId);
    },
  },
  {
    name: "interrupted",
    script: [say("This takes long.", [LONG]), say("I go on.")],
    act: async (bench) => {
      const client = await connect(bench);
      const threadId = await client.startThread(FULL);
      const turnId = await client.startTurn(threadId, "Do the work.");
      await client.channel.next(isCommandStart);
      await client.ask("turn/interrupt", { threadId, turnId });
      await client.channel.next(isTurnEnd);
      await client.turn(threadId, "Go on.");
      return client.end(threadId);
    },
  },
  {
    name: "permission",
    script: [
      say("I need two things.", [shell("touch allowed.txt")]),
      say("", [shell("touch denied.txt")]),
      say("One was allowed, one declined."),
    ],
    act: async (bench) => {
      const client = await connect(bench);
      const threadId = await client.startThread(ASK);
      await client.startTurn(threadId, "Do the work.");
      for (const decision of ["accept", "decline"]) {
        const { id } = await client.channel.next(isApproval);
        client.channel.send({ id, result: { decision } });
      }
      await client.channel.next(isTurnEnd);
      return client.end(threadId);
    },
  },
];

/** What a good worker does: a thought, a list, a tool that works, one that fails, a file, a word at the end. */
function workScript() {
  return [
    say("I plan first.", [plan(["Read the code", "in_progress"], ["Write the file", "pending"])], {
      thought: "The task is small.",
    }),
    say("I look.", [shell("cat README.md")]),
    say("", [shell("echo one; exit 3")]),
    say("", [plan(["Read the code", "completed"], ["Write the file", "in_progress"]), write("b.txt", "one")]),
    say("", [plan(["Read the code", "completed"], ["Write the file", "completed"])]),
    say("All done."),
  ];
}

function failing(status: 401 | 500, message: string) {
  return [
    say("I look.", [shell("ls")]),
    ...Array.from({ length: 8 }, () => ({ kind: "fail", status, message }) as const),
  ];
}

type Client = JsonRpc & {
  readonly startThread: (rules: Rules) => Promise<string>;
  readonly startTurn: (threadId: string, text: string) => Promise<string>;
  /** A turn from its start to its end. */
  readonly turn: (threadId: string, text: string) => Promise<void>;
  /** Closes the channel and gives what came through it. */
  readonly end: (threadId: string) => Promise<Recording>;
};

async function connect(bench: Bench): Promise<Client> {
  const client = jsonRpc(bench.open({ args: ["app-server"], input: "open" }), {});
  const { channel, ask } = client;
  const startTurn = async (threadId: string, text: string) => {
    const result = await ask("turn/start", { threadId, input: [{ type: "text", text }] });
    return idOf(Object(result)["turn"]);
  };
  await ask("initialize", { clientInfo: { name: "recorder", version: "1.0.0" }, capabilities: {} });
  client.notify("initialized");
  return {
    ...client,
    startThread: async (rules) => {
      const result = await ask("thread/start", { cwd: bench.scratch.repo, ...rules });
      return idOf(Object(result)["thread"]);
    },
    startTurn,
    turn: async (threadId, text) => {
      await startTurn(threadId, text);
      await channel.next(isTurnEnd);
    },
    end: (threadId) => {
      channel.closeInput();
      channel.kill("SIGTERM");
      return whole(channel, new Map([[threadId, "SESSION"]]));
    },
  };
}

async function oneTurn(bench: Bench, rules: Rules): Promise<Recording> {
  const client = await connect(bench);
  const threadId = await client.startThread(rules);
  await client.turn(threadId, "Do the work.");
  return client.end(threadId);
}

async function killedInTool(bench: Bench): Promise<Recording> {
  const { channel, startThread, startTurn } = await connect(bench);
  const threadId = await startThread(FULL);
  await startTurn(threadId, "Do the work.");
  await channel.next(isCommandStart);
  channel.kill("SIGKILL");
  return whole(channel, new Map([[threadId, "SESSION"]]));
}

function idOf(value: unknown): string {
  const { id } = Object(value);
  if (typeof id !== "string") throw new Error(`No id in ${JSON.stringify(value)}`);
  return id;
}

type Line = Readonly<Record<string, unknown>>;

function isTurnEnd(line: Line): boolean {
  return line["method"] === "turn/completed";
}

function isCommandStart(line: Line): boolean {
  return line["method"] === "item/started" && JSON.stringify(line).includes('"commandExecution"');
}

function isApproval(line: Line): boolean {
  return line["method"] === "item/commandExecution/requestApproval";
}
