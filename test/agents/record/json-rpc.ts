// A client of an agent that speaks JSON-RPC in lines, as a recording needs it: one request at a time.

import type { Channel } from "../drive/channel.ts";

export type JsonRpc = {
  readonly channel: Channel;
  /** Sends a request and waits for its answer, an error too; undefined when the answer is an error. */
  readonly ask: (method: string, params: object) => Promise<unknown>;
  /** Sends a request; its answer is waited for later, by its id. */
  readonly request: (method: string, params: object) => number;
  readonly answerTo: (id: number) => Promise<unknown>;
  readonly notify: (method: string, params?: object) => void;
};

/** `head` goes before each message: ACP says its version, Codex does not. */
export function jsonRpc(channel: Channel, head: object): JsonRpc {
  let lastId = 0;
  const request = (method: string, params: object) => {
    lastId += 1;
    channel.send({ ...head, id: lastId, method, params });
    return lastId;
  };
  const answerTo = async (id: number) => {
    // A request of the agent may have the same id; it has a method.
    const { result } = await channel.next((line) => line["id"] === id && line["method"] === undefined);
    return result;
  };
  return {
    channel,
    request,
    answerTo,
    ask: (method, params) => answerTo(request(method, params)),
    notify: (method, params) =>
      channel.send(params === undefined ? { ...head, method } : { ...head, method, params }),
  };
}
