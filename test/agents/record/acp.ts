// Agents that speak the Agent Client Protocol (version 1) on stdio.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { AgentKind } from "../drive/agent-kind.ts";
import type { Channel } from "../drive/channel.ts";
import { type Step, say, shell } from "../model/steps.ts";
import { type JsonRpc, jsonRpc } from "./json-rpc.ts";
import { failing, LONG, limited, workScript } from "./one-shot.ts";
import { type Bench, type Recording, type Situation, whole } from "./situation.ts";

const COMMANDS = {
  copilot: ["--acp"],
  gemini: ["--acp", "-m", "gemini-2.5-pro"],
} as const satisfies Partial<Record<AgentKind, readonly string[]>>;
type AcpAgent = keyof typeof COMMANDS;

type Client = JsonRpc & { readonly session: string };

const POLL_MS = 50;

/** Copilot in every situation: it starts quickest, and can do the most. */
export const ACP_COPILOT = acpSituations("copilot");

/** Gemini where it differs: a permission without a tool call before it, and its own options. */
export const ACP_GEMINI = acpSituations("gemini")
  .filter(({ name }) => ["normal", "permission", "interrupted"].includes(name))
  .map((situation) => ({ ...situation, name: `gemini-${situation.name}` }));

function acpSituations(agent: AcpAgent): readonly Situation[] {
  const args = COMMANDS[agent];
  const turn = (name: string, script: readonly Step[]): Situation => ({
    name,
    script,
    act: async (bench) => {
      const client = await connect(bench, args);
      const prompt = client.request("session/prompt", promptOf(client.session, "Do the work."));
      await allowing(client, prompt);
      return close(client);
    },
  });
  return [
    turn("normal", workScript()),
    {
      name: "denied",
      script: [say("I write where I may not.", [shell("touch denied.txt")]), say("It was denied.")],
      act: (bench) => permissions(bench, args, ["reject_once"]),
    },
    {
      name: "permission",
      script: [
        say("I need two things.", [shell("touch allowed.txt")]),
        say("", [shell("touch denied.txt")]),
        say("One was allowed, one denied."),
      ],
      act: (bench) => permissions(bench, args, ["allow_once", "reject_once"]),
    },
    turn("limit", limited()),
    turn("limit-with-reset", limited(7200)),
    turn("error-401", failing(401, "bad key")),
    turn("error-500", failing(500, "Internal server error")),
    turn(
      "cut",
      Array.from({ length: 20 }, () => ({ kind: "cut", text: "I begin to" }) as const),
    ),
    {
      name: "killed-in-tool",
      script: [say("This takes long.", [LONG])],
      act: (bench) => killedInTool(bench, args),
    },
    {
      name: "torn",
      script: [say("This takes long.", [LONG])],
      act: async (bench) => {
        const { output, ...rest } = await killedInTool(bench, args);
        // What a reader has that was ended in the middle of the last line.
        return { ...rest, output: output.slice(0, -30) };
      },
    },
    {
      name: "resumed",
      script: [say("This takes long.", [LONG]), say("I go on."), say("All done.")],
      act: async (bench) => {
        const { words } = await killedInTool(bench, args);
        const [session = ""] = words.keys();
        const client = { ...(await initialized(bench, args)), session };
        const place = { sessionId: session, cwd: bench.scratch.repo, mcpServers: [] };
        await client.ask("session/load", place);
        await allowing(client, client.request("session/prompt", promptOf(session, "Go on.")));
        return close(client);
      },
    },
    {
      name: "interrupted",
      script: [say("This takes long.", [LONG]), say("I go on.")],
      act: async (bench) => {
        const client = await connect(bench, args);
        const prompt = client.request("session/prompt", promptOf(client.session, "Do the work."));
        await allowingUntilStarted(bench, client);
        client.notify("session/cancel", { sessionId: client.session });
        await client.answerTo(prompt);
        return close(client);
      },
    },
  ];
}

async function initialized(bench: Bench, args: readonly string[]): Promise<JsonRpc> {
  const client = jsonRpc(bench.open({ args, input: "open" }), { jsonrpc: "2.0" });
  await client.ask("initialize", {
    protocolVersion: 1,
    clientInfo: { name: "recorder", version: "1.0.0" },
    clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
  });
  return client;
}

async function connect(bench: Bench, args: readonly string[]): Promise<Client> {
  const client = await initialized(bench, args);
  const result = await client.ask("session/new", { cwd: bench.scratch.repo, mcpServers: [] });
  return { ...client, session: String(Object(result).sessionId) };
}

function promptOf(sessionId: string, text: string): object {
  return { sessionId, prompt: [{ type: "text", text }] };
}

/** Allows whatever is asked until the prompt has its answer. */
async function allowing({ channel }: JsonRpc, prompt: number): Promise<void> {
  for (;;) {
    const line = await channel.next((candidate) => isPermission(candidate) || isAnswer(candidate, prompt));
    if (isAnswer(line, prompt)) return;
    choose(channel, line, "allow_once");
  }
}

/** The same until the long tool has started. */
async function allowingUntilStarted(bench: Bench, { channel }: JsonRpc): Promise<void> {
  const permission = channel.next(isPermission).then((line) => choose(channel, line, "allow_once"));
  // It is never asked where all is allowed; the file that the tool makes is what is waited for.
  permission.catch(() => undefined);
  while (!existsSync(join(bench.scratch.repo, "started.txt"))) await sleep(POLL_MS);
}

async function permissions(
  bench: Bench,
  args: readonly string[],
  choices: readonly string[],
): Promise<Recording> {
  const client = await connect(bench, args);
  const prompt = client.request("session/prompt", promptOf(client.session, "Do the work."));
  for (const kind of choices) choose(client.channel, await client.channel.next(isPermission), kind);
  await client.answerTo(prompt);
  return close(client);
}

async function killedInTool(bench: Bench, args: readonly string[]): Promise<Recording> {
  const client = await connect(bench, args);
  client.request("session/prompt", promptOf(client.session, "Do the work."));
  await allowingUntilStarted(bench, client);
  await sleep(500);
  client.channel.kill("SIGKILL");
  return whole(client.channel, new Map([[client.session, "SESSION"]]));
}

/** By kind: each agent has ids of its own. */
function choose(channel: Channel, line: Line, kind: string): void {
  const { options } = Object(line["params"]);
  const option = Array.isArray(options)
    ? options.find((candidate) => Object(candidate).kind === kind)
    : undefined;
  const outcome = { outcome: "selected", optionId: Object(option).optionId };
  channel.send({ jsonrpc: "2.0", id: line["id"], result: { outcome } });
}

function close({ channel, session }: Client): Promise<Recording> {
  channel.closeInput();
  channel.kill("SIGTERM");
  return whole(channel, new Map([[session, "SESSION"]]));
}

type Line = Readonly<Record<string, unknown>>;

function isPermission(line: Line): boolean {
  return line["method"] === "session/request_permission";
}

function isAnswer(line: Line, id: number): boolean {
  return line["id"] === id && line["method"] === undefined;
}
