// A recording of JSON-RPC was made with the requests of a recorder. Replayed, its replies get the numbers of the requests that
// the conversation sent instead; what the recorder did not ask is answered here.

import { parseRecord, recordOf, textOf } from "../../src/core/agent/lines/json-value.ts";
import type { Replay } from "./replay.ts";

const OWN_REPLIES: Readonly<Record<string, object>> = {
  "account/read": { account: { type: "apiKey" }, requiresOpenaiAuth: true },
};

const TURNS = ["turn/start", "session/prompt"];

export function replayRpc(sent: readonly string[]): Replay {
  const recorded = sent.map((line) => recordOf(parseRecord(line)));
  const answers = recorded.flatMap(({ result }) =>
    result === undefined ? [] : [/"(?:allow|accept|proceed)/.test(JSON.stringify(result)) ? "Allow" : "Deny"],
  );
  const numbers = new Map<unknown, unknown>();
  const takeRecorded = (method: unknown) => {
    const index = recorded.findIndex((request) => request.method === method && request.id !== undefined);
    return index < 0 ? null : (recorded.splice(index, 1)[0] ?? null);
  };
  return {
    send(line, deliver) {
      const { id, method } = recordOf(parseRecord(line));
      if (id === undefined || method === undefined) return;
      const own = OWN_REPLIES[textOf(method) ?? ""];
      if (own === undefined) numbers.set(takeRecorded(method)?.id, id);
      else deliver(JSON.stringify({ id, result: own }));
    },
    receive(line) {
      const message = parseRecord(line);
      if (message === null || message.method !== undefined || !numbers.has(message.id)) return line;
      return JSON.stringify({ ...message, id: numbers.get(message.id) });
    },
    happened(event, conversation) {
      if (event.kind === "ended" && recorded.some(({ method }) => TURNS.includes(textOf(method) ?? ""))) {
        conversation.nextTurn("And now?");
      }
      if (event.kind !== "asked") return;
      const answer = answers.shift();
      if (answer !== undefined) conversation.answer(event.id, answer);
    },
  };
}
