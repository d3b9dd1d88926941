// Claude Code through stream-json in and out: the channel on which messages, interrupts and permissions travel.

import type { Channel } from "../drive/channel.ts";
import { plan, question, say, shell, write } from "../model/steps.ts";
import { type Bench, type Recording, SESSION_ID, type Situation, whole } from "./situation.ts";

const STREAMS = ["-p", "--input-format", "stream-json", "--output-format", "stream-json", "--verbose"];
const NEW = ["--session-id", SESSION_ID];
const FULL = ["--dangerously-skip-permissions"];
const ASK = ["--permission-mode", "acceptEdits", "--permission-prompt-tool", "stdio"];

/** With new models the tools for lists are off unless this asks for them (seen with 2.1.332). */
const LISTS = { CLAUDE_CODE_ENABLE_TODO_TOOLS: "1" };

/** A tool that is still at work when the agent is ended; long enough for a busy machine. */
const LONG = shell("echo started; sleep 15");

export const CLAUDE: readonly Situation[] = [
  { name: "normal", script: workScript(), act: (bench) => oneTurn(open(bench, [...NEW, ...FULL], LISTS)) },
  {
    name: "normal-without-lists",
    script: workScript(),
    act: (bench) => oneTurn(open(bench, [...NEW, ...FULL])),
  },
  {
    name: "normal-print",
    script: workScript(),
    act: (bench) => {
      const output = ["--output-format", "stream-json", "--verbose"];
      const args = ["-p", "Do the work.", ...output, ...NEW, ...FULL];
      return whole(bench.open({ args, input: "closed", env: LISTS }));
    },
  },
  {
    name: "normal-todo-write",
    script: workScript(),
    act: (bench) => oneTurn(open(bench, [...NEW, ...FULL], { ...LISTS, CLAUDE_CODE_ENABLE_TASKS: "0" })),
  },
  {
    name: "denied",
    script: [
      say("I write where I may not.", [shell("touch /outside-of-the-worktree.txt")]),
      say("", [write("/outside-of-the-worktree-2.txt", "x")]),
      say("It was denied."),
    ],
    act: (bench) => oneTurn(open(bench, [...NEW, "--permission-mode", "acceptEdits"])),
  },
  {
    name: "limit",
    script: [say("I look.", [shell("ls")]), { kind: "limit" }],
    act: (bench) => oneTurn(open(bench, [...NEW, ...FULL])),
  },
  {
    name: "limit-with-reset",
    script: [say("I look.", [shell("ls")]), { kind: "limit", resetsInSeconds: 7200 }],
    act: (bench) => {
      const env = { ANTHROPIC_API_KEY: undefined, CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-local-test" };
      return oneTurn(open(bench, [...NEW, ...FULL], env));
    },
  },
  {
    name: "error-401",
    script: failing(401, "invalid x-api-key"),
    act: (bench) => oneTurn(open(bench, [...NEW, ...FULL])),
  },
  {
    name: "error-500",
    script: failing(500, "Internal server error"),
    act: (bench) => oneTurn(open(bench, [...NEW, ...FULL])),
  },
  {
    name: "cut",
    script: Array.from({ length: 4 }, () => ({ kind: "cut", text: "I begin to" }) as const),
    act: (bench) => oneTurn(open(bench, [...NEW, ...FULL])),
  },
  {
    name: "killed-in-tool",
    script: [say("This takes long.", [LONG])],
    act: async (bench) => killedInTool(bench),
  },
  {
    name: "torn",
    script: [say("This takes long.", [LONG])],
    act: async (bench) => {
      const { output, ...rest } = await killedInTool(bench);
      // What a reader has that was ended in the middle of the last line.
      return { ...rest, output: output.slice(0, -200) };
    },
  },
  {
    name: "resumed",
    script: [say("This takes long.", [LONG]), say("I go on.", [shell("cat README.md")]), say("All done.")],
    act: async (bench) => {
      await killedInTool(bench);
      return oneTurn(open(bench, ["--resume", SESSION_ID, ...FULL]), "Go on.");
    },
  },
  {
    name: "resume-unknown",
    script: [],
    act: async (bench) => {
      const channel = open(bench, ["--resume", SESSION_ID, ...FULL]);
      channel.send(userMessage("Go on."));
      return whole(channel);
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
      const channel = open(bench, [...NEW, ...FULL]);
      channel.send(userMessage("Do the work."));
      await channel.next(isToolUse);
      channel.send(userMessage("Use the other name."));
      await channel.next(isResult);
      channel.closeInput();
      return whole(channel);
    },
  },
  {
    name: "two-turns",
    script: [say("First answer.", [shell("echo one")]), say("One."), say("Second answer.")],
    act: async (bench) => {
      const channel = open(bench, [...NEW, ...FULL]);
      channel.send(userMessage("Do the work."));
      await channel.next(isResult);
      return oneTurn(channel, "And now?");
    },
  },
  {
    name: "interrupted",
    script: [say("This takes long.", [LONG]), say("I go on.")],
    act: async (bench) => {
      const channel = open(bench, [...NEW, ...FULL]);
      channel.send(userMessage("Do the work."));
      await channel.next(isToolUse);
      channel.send({ type: "control_request", request_id: "r1", request: { subtype: "interrupt" } });
      await channel.next(isResult);
      return oneTurn(channel, "Go on.");
    },
  },
  {
    name: "permission",
    script: [
      say("I need two things.", [shell("touch /allowed-by-a-person.txt")]),
      say("", [shell("touch /denied-by-a-person.txt")]),
      say("One was allowed, one denied."),
    ],
    act: async (bench) => {
      const channel = open(bench, [...NEW, ...ASK]);
      channel.send(userMessage("Do the work."));
      // What is allowed here runs another command than asked: nothing is written outside of the scratch repository.
      const allowed = { behavior: "allow", updatedInput: { command: "touch allowed.txt" } };
      answer(channel, await channel.next(isPermission), allowed);
      answer(channel, await channel.next(isPermission), { behavior: "deny", message: "Not there." });
      await channel.next(isResult);
      channel.closeInput();
      return whole(channel);
    },
  },
  {
    name: "question",
    script: [say("I have a question.", [question("Which region?", "eu", "us")]), say("Then eu.")],
    act: async (bench) => {
      const channel = open(bench, [...NEW, ...ASK]);
      channel.send(userMessage("Do the work."));
      const asked = await channel.next(isPermission);
      const { input } = Object(asked["request"]);
      answer(channel, asked, {
        behavior: "allow",
        updatedInput: { ...Object(input), answers: { "Which region?": "eu" } },
      });
      await channel.next(isResult);
      channel.closeInput();
      return whole(channel);
    },
  },
];

/** What a good worker does: a thought, a list, a tool that works, one that fails, a file, a word at the end. */
function workScript() {
  return [
    say("I plan first.", [plan(["Read the code", "pending"], ["Write the file", "pending"])], {
      thought: "The task is small.",
    }),
    say("", [plan(["Read the code", "in_progress"], ["Write the file", "pending"])]),
    say("I look.", [shell("cat README.md")]),
    say("", [shell("echo one; exit 3")]),
    say("", [plan(["Read the code", "completed"], ["Write the file", "in_progress"])]),
    say("", [write("b.txt", "one\n")]),
    say("", [plan(["Read the code", "completed"], ["Write the file", "completed"])]),
    say("All done."),
  ];
}

function failing(status: 401 | 500, message: string) {
  return [
    say("I look.", [shell("ls")]),
    ...Array.from({ length: 4 }, () => ({ kind: "fail", status, message }) as const),
  ];
}

function open(bench: Bench, args: readonly string[], env: Record<string, string | undefined> = {}): Channel {
  return bench.open({ args: [...STREAMS, ...args], input: "open", env });
}

async function oneTurn(channel: Channel, text = "Do the work."): Promise<Recording> {
  channel.send(userMessage(text));
  await channel.next(isResult);
  channel.closeInput();
  return whole(channel);
}

async function killedInTool(bench: Bench): Promise<Recording> {
  const channel = open(bench, [...NEW, ...FULL]);
  channel.send(userMessage("Do the work."));
  // Killed sooner, it would not have written its session yet, and there would be nothing to resume.
  await channel.next(isToolAtWork);
  channel.kill("SIGKILL");
  return whole(channel);
}

function answer(channel: Channel, asked: Readonly<Record<string, unknown>>, response: object): void {
  const inner = { subtype: "success", request_id: asked["request_id"], response };
  channel.send({ type: "control_response", response: inner });
}

function userMessage(text: string): object {
  return { type: "user", message: { role: "user", content: [{ type: "text", text }] } };
}

type Line = Readonly<Record<string, unknown>>;

function isResult(line: Line): boolean {
  return line["type"] === "result";
}

function isToolUse(line: Line): boolean {
  return line["type"] === "assistant" && JSON.stringify(line).includes('"tool_use"');
}

function isToolAtWork(line: Line): boolean {
  return line["subtype"] === "task_started";
}

function isPermission(line: Line): boolean {
  return line["type"] === "control_request";
}
