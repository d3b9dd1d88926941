// Lines <-> the message streams that the SDK reads and writes. What the SDK would only complain about is kept from it.

import type { AnyMessage } from "@agentclientprotocol/sdk";
import { type JsonRecord, jsonLine } from "../lines/json-value.ts";

export class AcpWire {
  readonly readable: ReadableStream<AnyMessage>;
  readonly writable: WritableStream<AnyMessage>;
  readonly #asked = new Set<unknown>();
  #controller: ReadableStreamDefaultController<AnyMessage> | null = null;

  constructor(send: (line: string) => void) {
    this.readable = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
      },
    });
    this.writable = new WritableStream({
      write: (message) => {
        if ("method" in message && "id" in message) this.#asked.add(message.id);
        send(jsonLine(message));
      },
    });
  }

  /** False: it is no message of the protocol. */
  receive(record: JsonRecord): boolean {
    if (!isMessage(record)) return false;
    // A reply to no request of ours is dropped.
    if ("method" in record || this.#asked.delete(record.id)) this.#controller?.enqueue(record);
    return true;
  }

  /** Requests without a reply are rejected, after all that was received is read. */
  end(): void {
    this.#controller?.close();
    this.#controller = null;
  }
}

function isMessage(record: JsonRecord): record is JsonRecord & AnyMessage {
  const { jsonrpc, method, id } = record;
  const hasId = typeof id === "string" || typeof id === "number";
  if (jsonrpc !== "2.0") return false;
  if (method !== undefined) return typeof method === "string" && (id === undefined || hasId);
  return hasId && (record.result !== undefined || record.error !== undefined);
}
