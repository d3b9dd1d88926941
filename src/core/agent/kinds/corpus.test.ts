// The corpus: what real agents wrote, parsed however it is torn. `UPDATE_STREAMS=1` renews the stored events.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eventsFile, type Recording, readRecordings, replay } from "../../../../test/streams/replay.ts";
import { rounds } from "../../../../test/support/rounds.ts";
import type { AgentEvent } from "../contract/agent-event.ts";
import type { AgentKind } from "../contract/agent-kind.ts";
import { AGENT_KINDS } from "./agent-kinds.ts";

const IS_UPDATE = process.env["UPDATE_STREAMS"] === "1";

/** A command of the user's is no agent; its event lines have their own tests. */
const RECORDED = AGENT_KINDS.filter(({ name }) => name !== "command");

describe.each(RECORDED.map((kind) => [kind.name, kind] as const))("%s", (_, kind) => {
  const recordings = readRecordings(kind.name).filter(({ situation }) => situation !== "normal-exec");

  test("K70: has recordings", () => expect(recordings).not.toEqual([]));

  test.each(recordings.map((recording) => [recording.situation, recording] as const))(
    "K19: %s is read as its stored events, whole and torn anywhere",
    async (_situation, recording) => {
      const events = await replay(kind, recording, [recording.bytes]);
      checkStored(recording, events);
      checkUnparsed(recording, events);
      for (const cut of cutsOf(recording)) {
        const pieces = [recording.bytes.subarray(0, cut), recording.bytes.subarray(cut)];
        expect({ cut, events: await replay(kind, recording, pieces) }).toEqual({ cut, events });
      }
      const bytes = Array.from(recording.bytes, (_byte, at) => recording.bytes.subarray(at, at + 1));
      expect(await replay(kind, recording, bytes)).toEqual(events);
    },
  );

  test("K14: a line with fields dropped, replaced or nested too deeply never throws", async () => {
    if (recordings.length > 0) await checkMutations(kind, recordings);
  });
});

/** Each line of a file is one event: what people compare. */
function checkStored(recording: Recording, events: readonly AgentEvent[]): void {
  const text = `[\n${events.map((event) => `  ${JSON.stringify(event)}`).join(",\n")}\n]\n`;
  const file = eventsFile(recording);
  if (IS_UPDATE) writeFileSync(file, text);
  expect(text).toBe(existsSync(file) ? readFileSync(file, "utf8") : "no stored events: UPDATE_STREAMS=1");
}

/** Only the last line of a stream that was cut in it. */
function checkUnparsed({ situation }: Recording, events: readonly AgentEvent[]): void {
  const unparsed = events.filter((event) => event.kind === "unparsed");
  expect(unparsed.map(({ why }) => why)).toHaveLength(situation === "torn" ? 1 : 0);
}

/** All around line feeds, where tearing could matter, and some others, the same each time. */
function cutsOf({ bytes }: Recording): readonly number[] {
  const all = Array.from(bytes, (_byte, at) => at);
  const few = rounds({ short: 20, full: 2000 });
  const step = Math.max(1, Math.floor(bytes.length / few));
  const lineEnds = all.filter((at) => bytes[at] === 0x0a).slice(0, few);
  return [...new Set([...lineEnds.flatMap((at) => [at, at + 1]), ...all.filter((at) => at % step === 0)])];
}

const WRONG_VALUES: readonly unknown[] = [
  ...[null, 0, -1, 1e308, "", "x", "__proto__", "constructor", [], {}, [[]], [null], { __proto__: null }],
  ...[{ id: {} }, { type: [] }, true],
];

async function checkMutations(kind: AgentKind, recordings: readonly Recording[]): Promise<void> {
  const wrong = fc.oneof(fc.constantFrom(...WRONG_VALUES), fc.jsonValue({ maxDepth: 2 }));
  const mutation = fc.record({
    situation: fc.constantFrom(...recordings.map(({ situation }) => situation)),
    line: fc.nat(),
    path: fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 6 }),
    value: fc.oneof(fc.constant(DROPPED), wrong),
  });
  const property = fc.asyncProperty(mutation, async ({ situation, line, path, value }) => {
    const recording = recordings.find((candidate) => candidate.situation === situation);
    if (recording === undefined) return;
    const lines = new TextDecoder().decode(recording.bytes).split("\n");
    const at = line % lines.length;
    lines[at] = mutated(lines[at] ?? "", path, value);
    const events = await replay(kind, recording, [new TextEncoder().encode(lines.join("\n"))]);
    expect(() => JSON.stringify(events)).not.toThrow();
  });
  await fc.assert(property, { numRuns: rounds({ short: 300, full: 20_000 }) });
}

const DROPPED = Symbol("dropped");

/** The value at a path of positions is another one, or gone. */
function mutated(line: string, path: readonly number[], value: unknown): string {
  let root: unknown;
  try {
    root = JSON.parse(line);
  } catch {
    return JSON.stringify(value) ?? "";
  }
  return JSON.stringify(withValue(root, path, value)) ?? "";
}

function withValue(node: unknown, [position, ...rest]: readonly number[], value: unknown): unknown {
  if (position === undefined || typeof node !== "object" || node === null) {
    return value === DROPPED ? undefined : value;
  }
  const entries = Object.entries(node);
  if (entries.length === 0) return value === DROPPED ? undefined : value;
  const at = position % entries.length;
  const changed = entries.flatMap(([name, child], index) =>
    index === at ? changedEntry(name, child, rest, value) : [[name, child] as const],
  );
  return Array.isArray(node) ? changed.map(([, child]) => child) : Object.fromEntries(changed);
}

function changedEntry(
  name: string,
  child: unknown,
  rest: readonly number[],
  value: unknown,
): readonly (readonly [string, unknown])[] {
  const next = withValue(child, rest, value);
  return next === undefined ? [] : [[name, next]];
}
