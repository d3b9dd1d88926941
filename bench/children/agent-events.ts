// What a supervisor pays for its agent: the lines of 50 workers with 50 events a second each, as plain output and as events
// that are understood and stored, in turn. Prints milliseconds of processor time per 1,000 lines, { plainMs, storedMs }, and
// what reading the digests of 50 runs costs, { digestsMs }.

import { join } from "node:path";
import { systemClock } from "../../src/adapters/clock.ts";
import { SecretMask } from "../../src/adapters/launch/secret-mask.ts";
import { readActivity } from "../../src/adapters/run-log/activity-file.ts";
import { logWriter } from "../../src/adapters/run-log/log-writer.ts";
import { openRunEvents } from "../../src/adapters/run-log/run-events.ts";
import { prepareRunFolder, runFolder } from "../../src/adapters/run-log/run-folder.ts";
import { AttemptRecord } from "../../src/app/runs/turns/attempt-record.ts";
import { claude } from "../../src/core/agent/claude/claude.ts";
import { command } from "../../src/core/agent/command/command.ts";
import type { AgentKind } from "../../src/core/agent/contract/agent-kind.ts";
import { LineSplitter } from "../../src/core/agent/lines/line-splitter.ts";
import type { RunId } from "../../src/core/contract/run.ts";
import { ORDER } from "../../test/support/agent-plans.ts";
import { median } from "../measure.ts";

const WORKERS = 50;
const EVENTS_PER_SECOND = 50;
const SECONDS = 4;
const ROUNDS = 5;
const MAX_BYTES = 50 * 1024 * 1024;
const SECRETS = ["made-up-password", "another-made-up-secret"];

const [root = ""] = process.argv.slice(2);
const stateFolder = join(root, ".tasks/task_manager");
const lines = Array.from({ length: (EVENTS_PER_SECOND * SECONDS) / 2 }, (_, at) => [
  line({
    type: "assistant",
    message: {
      id: `m${at}`,
      content: [
        { type: "tool_use", id: `t${at}`, name: "Bash", input: { command: `npm test -- number-${at}` } },
      ],
      usage: { input_tokens: 1200, output_tokens: 42 },
    },
  }),
  line({
    type: "user",
    message: {
      role: "user",
      content: [{ type: "tool_result", tool_use_id: `t${at}`, content: `ok ${at}\n${"x".repeat(200)}` }],
    },
  }),
]).flat();

function line(event: object): Buffer {
  return Buffer.from(`${JSON.stringify({ ...event, session_id: "session", uuid: "5e55d1f0" })}\n`);
}

const runs = Array.from({ length: WORKERS }, (_, at) => `bench-${at}` as RunId);
const plain: number[] = [];
const stored: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  plain.push(measured(() => speak(command)));
  stored.push(measured(() => speak(claude)));
}
const digests = Array.from({ length: ROUNDS }, () =>
  measured(() => {
    for (const run of runs) readActivity(runFolder(stateFolder, run));
  }),
);
const per1000 = 1_000 / (WORKERS * lines.length);
console.log(
  JSON.stringify({
    plainMs: median(plain) * per1000,
    storedMs: median(stored) * per1000,
    digestsMs: median(digests),
  }),
);

function speak(kind: AgentKind): void {
  for (const run of runs) {
    const prepareFolder = () => prepareRunFolder(stateFolder, run);
    const log = logWriter({ prepareFolder, maxBytes: MAX_BYTES });
    const mask = new SecretMask(SECRETS);
    let sentLines = 0;
    // As if each line came when it is due: a digest is written once a second.
    const clock = { ...systemClock, monotonicMs: () => (sentLines * 1_000) / EVENTS_PER_SECOND };
    const settings = { stateFolder, run, attempt: 1, maxBytes: MAX_BYTES, secrets: SECRETS, nowMs: Date.now };
    const record = new AttemptRecord(
      { clock, events: openRunEvents(settings), usage: null },
      { attempt: 1, startedAtMs: null },
    );
    const conversation = kind.converse(ORDER, { send: () => {}, event: (event) => record.add(event) });
    const splitter = new LineSplitter(({ text }) => conversation.receive(text));
    for (const bytes of lines) {
      sentLines += 1;
      log.write(mask.push(bytes));
      splitter.push(bytes);
    }
    record.close();
    log.close();
  }
}

function measured(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
