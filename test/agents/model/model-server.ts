// A model on loopback that does what a script says, in the four wire shapes of the agents' APIs. It keeps all the bodies it
// received, so that a test can see what an agent sent again after a resume, and what reached it in the middle of a turn.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ModelRequest, type Reply, readRequest, type Shape } from "./shape.ts";
import { anthropicShape } from "./shapes/anthropic.ts";
import { chatShape } from "./shapes/chat.ts";
import { geminiShape } from "./shapes/gemini.ts";
import { responsesShape } from "./shapes/responses.ts";
import { type Answer, type Step, say } from "./steps.ts";

export type ModelServer = {
  readonly port: number;
  /** Every request that took a step, in order. */
  readonly requests: readonly ModelRequest[];
  /** Steps after those not yet taken. */
  readonly append: (...steps: readonly Step[]) => void;
  /** What every request meets from now on, which takes no step; null: it is well again, and the script continues. */
  readonly meet: (trouble: Trouble | null) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** `refused`: nothing listens on its port. */
export type Trouble = Exclude<Step, Answer> | { readonly kind: "refused" };

/** What a request without tools gets: a title, or the answer to a routing question. */
const ASIDE = say("A title");
/** What a request gets when the script is at its end. */
const NOTHING_MORE = say("Nothing more to do.");

/** Files that the script writes are in `folder`: some agents take absolute paths only. */
export async function startModel(script: readonly Step[], folder: string): Promise<ModelServer> {
  const shapes = [anthropicShape(), responsesShape(), chatShape(), geminiShape()];
  const steps = [...script];
  const requests: ModelRequest[] = [];
  let trouble: Exclude<Step, Answer> | null = null;
  const server = createServer((incoming, outgoing) => {
    void respond(incoming, outgoing).catch(() => outgoing.destroy());
  });

  async function respond(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const path = incoming.url ?? "/";
    const shape =
      incoming.method === "POST" ? shapes.find((candidate) => candidate.accepts(path)) : undefined;
    const text = await readText(incoming);
    if (shape === undefined) return void outgoing.writeHead(404).end();
    const request = readRequest(path, text);
    if (trouble !== null) return send(outgoing, replyTo(shape, trouble, request), trouble);
    if (request.tools.length === 0) return send(outgoing, shape.answer(ASIDE, request), ASIDE);
    requests.push(request);
    const step = placed(steps.shift() ?? NOTHING_MORE, folder);
    return send(outgoing, replyTo(shape, step, request), step);
  }

  const listen = (port: number) =>
    new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
  const stop = () =>
    new Promise<void>((stopped) => {
      server.close(() => stopped());
      server.closeAllConnections();
    });
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The model has no port.");
  return {
    port: address.port,
    requests,
    append: (...more) => void steps.push(...more),
    meet: async (met) => {
      if (met?.kind === "refused") return await stop();
      trouble = met;
      if (!server.listening) await listen(address.port);
    },
    stop,
  };
}

function placed(step: Step, folder: string): Step {
  if (step.kind !== "answer") return step;
  const calls = step.calls.map((call) =>
    call.kind === "write" ? { ...call, path: resolve(folder, call.path) } : call,
  );
  return { ...step, calls };
}

function replyTo(shape: Shape, step: Step, request: ModelRequest): Reply {
  switch (step.kind) {
    case "answer":
      return shape.answer(step, request);
    case "cut":
      return shape.cut(step.text, request);
    case "limit":
      return shape.limit(step, Date.now());
    case "fail":
      return shape.fail(step);
  }
}

async function send(outgoing: ServerResponse, reply: Reply, step: Step | Answer): Promise<void> {
  outgoing.writeHead(reply.status, reply.headers);
  const [first = "", ...rest] = reply.pieces;
  outgoing.write(first);
  if (step.kind === "cut") {
    // Until the first words are through; then the connection breaks.
    await sleep(100);
    return void outgoing.destroy();
  }
  if (step.kind === "answer" && step.pauseMs > 0) await sleep(step.pauseMs);
  for (const piece of rest) outgoing.write(piece);
  outgoing.end();
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
