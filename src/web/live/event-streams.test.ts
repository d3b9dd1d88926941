// How events go out: to whom, in which order, and how many of them per turn of the loop.

import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { FakeLiveSnapshot } from "../../../test/support/fake-live-snapshot.ts";
import { sampleAttestation, sampleRow } from "../../../test/support/sample-snapshot.ts";
import { EventStreams } from "./event-streams.ts";

const VIEWERS = 1000;

class Client extends EventEmitter {
  readonly taken: string[] = [];
  readonly writableLength = 0;

  writeHead(): void {}

  write(bytes: Buffer): boolean {
    this.taken.push(bytes.toString("utf8"));
    return true;
  }

  end(): void {
    this.emit("close");
  }
}

function world(viewers: number) {
  const live = FakeLiveSnapshot.showing();
  const streams = new EventStreams(live);
  const clients: Client[] = [];
  const open = () => {
    const client = new Client();
    clients.push(client);
    streams.open(client as unknown as ServerResponse, undefined);
    return client;
  };
  streams.start();
  onTestFinished(() => streams.stop());
  for (let count = 0; count < viewers; count += 1) open();
  return { live, open, clients };
}

const publish = ({ live }: ReturnType<typeof world>) =>
  live.publish([sampleRow({ key: "one", group: "ready" })]);

test("P6: a turn of the loop writes to at most a fifth of 1,000 viewers, and all get the same bytes", async () => {
  const started = world(VIEWERS);
  publish(started);
  const sent = () => started.clients.filter(({ taken }) => taken.length > 1).length;
  for (let before = 0; before < VIEWERS; before = sent()) {
    await nextTurn();
    expect(sent() - before).toBeGreaterThan(0);
    expect(sent() - before).toBeLessThanOrEqual(VIEWERS / 5);
  }
  expect(new Set(started.clients.map(({ taken }) => taken[1])).size).toBe(1);
});

test("P6: events keep their order; who comes in between hears of nothing that is older than its first event", async () => {
  const started = world(VIEWERS);
  publish(started);
  started.live.attest(sampleAttestation({ cycle: 9000 }));
  await nextTurn();
  const late = started.open();
  publish(started);
  for (let turn = 0; turn < 30; turn += 1) await nextTurn();
  const seqs = ({ taken }: Client) => taken.map((text) => /"seq":(\d+)/.exec(text)?.[1]);
  for (const client of started.clients.slice(0, VIEWERS)) {
    expect(seqs(client)).toEqual(["417", "418", "418", "419"]);
  }
  expect(seqs(late)).toEqual(["418", "419"]);
});

test("P6: attestations are sent once a second, however many loads bring them, and changes at once", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const started = world(1);
  const [viewer] = started.clients;
  const sent = async () => {
    for (let turn = 0; turn < 3; turn += 1) await nextTurn();
    const events = viewer?.taken
      .splice(0)
      .map((text) => /event: (\w+).*\n(?:.*\n)?data: .*"cycle":(\d+)/.exec(text)?.slice(1));
    return events?.map((event) => event?.join(" "));
  };
  await sent();
  for (let cycle = 1; cycle <= 50; cycle += 1) started.live.attest(sampleAttestation({ cycle }));
  expect(await sent()).toEqual(["attested 1"]);
  publish(started);
  expect(await sent()).toEqual(["snapshot 50"]);
  vi.advanceTimersByTime(1_000);
  expect(await sent()).toEqual(["attested 50"]);
  vi.advanceTimersByTime(5_000);
  expect(await sent()).toEqual([]);
  started.live.attest(sampleAttestation({ cycle: 51 }));
  expect(await sent()).toEqual(["attested 51"]);
});
