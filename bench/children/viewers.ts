// Opens many live streams of one server and holds them until it is ended. Prints {"opened": n} once each has heard its
// first event; then for each publication that all have heard of: { publication, p99Ms }, by the machine's clock.
// Refuses addresses other than loopback.

import { connect } from "node:net";
import { quantile } from "../measure.ts";

const [target = "", countText = "0", ...headerLines] = process.argv.slice(2);
const url = new URL(target);
if (url.hostname !== "127.0.0.1") throw new Error("load is for 127.0.0.1 only");
const count = Number(countText);
const head = `GET /status/events HTTP/1.1\r\nHost: ${url.host}\r\n${headerLines.join("\r\n")}\r\n\r\n`;
/** By the number of the publication: when each stream heard of it. */
const heardMs = new Map<string, number[]>();
let opened = 0;
for (let viewer = 0; viewer < count; viewer += 1) openViewer();

function openViewer(): void {
  let isOpen = false;
  const socket = connect(Number(url.port), "127.0.0.1", () => socket.write(head));
  socket.on("data", (chunk) => {
    const atMs = performance.timeOrigin + performance.now();
    const text = chunk.toString("latin1");
    if (!text.includes("event: ")) return;
    const publication = /event: snapshot\nid: (\d+)/.exec(text)?.[1];
    if (isOpen && publication !== undefined) hear(publication, atMs);
    // The first event says what there is already.
    if (!isOpen) opened += 1;
    if (!isOpen && opened === count) console.log(JSON.stringify({ opened }));
    isOpen = true;
  });
}

function hear(publication: string, atMs: number): void {
  const times = heardMs.get(publication) ?? [];
  heardMs.set(publication, times);
  times.push(atMs);
  if (times.length === count) console.log(JSON.stringify({ publication, p99Ms: quantile(times, 0.99) }));
}
