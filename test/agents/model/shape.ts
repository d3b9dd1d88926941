// The contract of one wire shape: how one vendor's API carries the steps of a script.

import { z } from "zod";
import type { Answer, Step } from "./steps.ts";

/** A request as the server received it. `body` is what was sent, unchanged: tests read it to prove a resume. */
export type ModelRequest = {
  readonly path: string;
  readonly body: unknown;
  /** Names of the offered tools; a request without any (a title, a routing question) takes no step. */
  readonly tools: readonly string[];
  readonly isStream: boolean;
};

export type Reply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent one after another; a pause or a cut comes after the first. */
  readonly pieces: readonly string[];
};

export type Shape = {
  readonly accepts: (path: string) => boolean;
  readonly answer: (answer: Answer, request: ModelRequest) => Reply;
  /** The first words of a stream whose end never comes. */
  readonly cut: (text: string, request: ModelRequest) => Reply;
  readonly limit: (step: Extract<Step, { kind: "limit" }>, nowMs: number) => Reply;
  readonly fail: (step: Extract<Step, { kind: "fail" }>) => Reply;
};

const Tool = z.looseObject({
  name: z.string().optional(),
  function: z.looseObject({ name: z.string() }).optional(),
  functionDeclarations: z.array(z.looseObject({ name: z.string() })).optional(),
});

const Body = z.looseObject({ tools: z.array(Tool).default([]), stream: z.boolean().default(false) });

export function readRequest(path: string, text: string): ModelRequest {
  const body: unknown = text === "" ? {} : JSON.parse(text);
  const { tools, stream } = Body.parse(body);
  const names = tools.flatMap((tool) => [
    ...(tool.name === undefined ? [] : [tool.name]),
    ...(tool.function === undefined ? [] : [tool.function.name]),
    ...(tool.functionDeclarations ?? []).map((declaration) => declaration.name),
  ]);
  return { path, body, tools: names, isStream: stream };
}

export function json(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    pieces: [JSON.stringify(body)],
  };
}

export function events(pieces: readonly string[]): Reply {
  return { status: 200, headers: { "content-type": "text/event-stream" }, pieces };
}

/** Ids of answers and calls: unique in one process of tests, the same in each recording. */
export function ids(prefix: string): () => string {
  let last = 0;
  return () => {
    last += 1;
    return `${prefix}${last}`;
  };
}
