// JSON-RPC as `codex app-server` speaks it: one object a line, without the `jsonrpc` field.

import { type JsonRecord, jsonLine, recordOf } from "../lines/json-value.ts";

export type RequestId = string | number;

export type Reply = {
  readonly result: JsonRecord;
  /** Null when it succeeded. */
  readonly error: JsonRecord | null;
};

/** Of JSON-RPC: the method does not exist. */
const NOT_SUPPORTED = -32601;

export class CodexChannel {
  readonly #write: (line: string) => void;
  readonly #waiting = new Map<RequestId, (reply: Reply) => void>();
  #requests = 0;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  request(method: string, params: JsonRecord, onReply: (reply: Reply) => void): void {
    this.#requests += 1;
    this.#waiting.set(this.#requests, onReply);
    this.#send({ method, id: this.#requests, params });
  }

  notify(method: string): void {
    this.#send({ method });
  }

  reply(id: RequestId, result: JsonRecord): void {
    this.#send({ id, result });
  }

  refuse(id: RequestId): void {
    this.#send({ id, error: { code: NOT_SUPPORTED, message: "not supported" } });
  }

  /** A reply to a request of ours; any other is dropped. */
  receiveReply(id: RequestId, { result, error }: JsonRecord): void {
    const onReply = this.#waiting.get(id);
    this.#waiting.delete(id);
    onReply?.({ result: recordOf(result), error: error === undefined ? null : recordOf(error) });
  }

  #send(message: JsonRecord): void {
    this.#write(jsonLine(message));
  }
}
