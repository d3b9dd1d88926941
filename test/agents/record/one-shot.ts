// Agents whose channel has one way: words in the command, events on stdout, a process for each turn.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Channel } from "../drive/channel.ts";
import { plan, say, shell, write } from "../model/steps.ts";
import { type Bench, type Recording, SESSION_ID, type Situation, whole } from "./situation.ts";

export type OneShotAgent = {
  /** Arguments of a first turn with full permissions. */
  readonly start: (text: string) => readonly string[];
  /** The same where what asks for permission is denied. */
  readonly careful: (text: string) => readonly string[];
  readonly resume: (session: string, text: string) => readonly string[];
  /** The id in the stream of an agent that names its session itself. */
  readonly sessionIn?: RegExp;
};

const POLL_MS = 50;
/** Time for an agent that was answered 429 to print what it has to say, before it waits in silence. */
const SILENCE_MS = 1500;

/** A tool that is still at work when the agent is ended. The file says that it has started. */
export const LONG = shell("touch started.txt; sleep 15");

export function oneShotSituations(agent: OneShotAgent): readonly Situation[] {
  const turn = (bench: Bench) => ended(agent, open(bench, agent.start("Do the work.")));
  const killedInTool = (bench: Bench) => signalledInTool(agent, bench, "SIGKILL");
  return [
    { name: "normal", script: workScript(), act: turn },
    {
      name: "denied",
      script: [
        say("I write where I may not.", [write("/outside-of-the-worktree.txt", "x")]),
        say("", [shell("touch denied.txt")]),
        say("It was denied."),
      ],
      act: (bench) => ended(agent, open(bench, agent.careful("Do the work."))),
    },
    { name: "limit", script: limited(), act: (bench) => untilSilent(agent, bench) },
    { name: "limit-with-reset", script: limited(7200), act: (bench) => untilSilent(agent, bench) },
    { name: "error-401", script: failing(401, "bad key"), act: turn },
    { name: "error-500", script: failing(500, "Internal server error"), act: turn },
    {
      name: "cut",
      script: Array.from({ length: 20 }, () => ({ kind: "cut", text: "I begin to" }) as const),
      act: turn,
    },
    { name: "killed-in-tool", script: [say("This takes long.", [LONG])], act: killedInTool },
    {
      name: "torn",
      script: [say("I look.", [shell("cat README.md")]), say("This takes long.", [LONG])],
      act: async (bench) => {
        const { output, ...rest } = await killedInTool(bench);
        // What a reader has that was ended in the middle of the last line.
        return { ...rest, output: output.slice(0, -30) };
      },
    },
    {
      name: "resumed",
      script: [say("This takes long.", [LONG]), say("I go on.", [shell("cat README.md")]), say("All done.")],
      act: async (bench) => {
        const { words } = await killedInTool(bench);
        const [session = SESSION_ID] = words.keys();
        return ended(agent, open(bench, agent.resume(session, "Go on.")));
      },
    },
    {
      name: "interrupted",
      script: [say("This takes long.", [LONG])],
      act: (bench) => signalledInTool(agent, bench, "SIGINT"),
    },
  ];
}

/** What a good worker does: a list, a tool that works, one that fails, a file, a word at the end. */
export function workScript() {
  return [
    say("I plan first.", [plan(["Read the code", "in_progress"], ["Write the file", "pending"])], {
      thought: "The task is small.",
    }),
    say("I look.", [shell("cat README.md")]),
    say("", [shell("echo one; exit 3")]),
    say("", [write("b.txt", "one\n")]),
    say("", [plan(["Read the code", "completed"], ["Write the file", "completed"])]),
    say("All done."),
  ];
}

export function failing(status: 401 | 500, message: string) {
  const failures = Array.from({ length: 20 }, () => ({ kind: "fail", status, message }) as const);
  return [say("I look.", [shell("ls")]), ...failures];
}

export function limited(resetsInSeconds?: number) {
  const step = { kind: "limit", ...(resetsInSeconds === undefined ? {} : { resetsInSeconds }) } as const;
  return [say("I look.", [shell("ls")]), ...Array.from({ length: 20 }, () => step)];
}

function open(bench: Bench, args: readonly string[]): Channel {
  return bench.open({ args, input: "closed" });
}

/** Some agents wait for the end of the limit without a word; they are ended when they have been silent. */
async function untilSilent(agent: OneShotAgent, bench: Bench): Promise<Recording> {
  const channel = open(bench, agent.start("Do the work."));
  while (bench.model.requests.length < 2) await sleep(POLL_MS);
  await Promise.race([channel.ended, sleep(SILENCE_MS)]);
  let size = -1;
  while (channel.output().length !== size) {
    size = channel.output().length;
    await Promise.race([channel.ended, sleep(SILENCE_MS)]);
  }
  channel.kill("SIGKILL");
  return ended(agent, channel);
}

async function signalledInTool(
  agent: OneShotAgent,
  bench: Bench,
  signal: NodeJS.Signals,
): Promise<Recording> {
  const channel = open(bench, agent.start("Do the work."));
  while (!existsSync(join(bench.scratch.repo, "started.txt"))) await sleep(POLL_MS);
  await sleep(SILENCE_MS);
  channel.kill(signal);
  return ended(agent, channel);
}

async function ended(agent: OneShotAgent, channel: Channel): Promise<Recording> {
  const recording = await whole(channel);
  const session = agent.sessionIn?.exec(recording.output)?.[1];
  return session === undefined ? recording : { ...recording, words: new Map([[session, "SESSION"]]) };
}
