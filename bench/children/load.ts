// Asks one URL again and again over a few kept connections for a bounded time and prints requests per second.
// Raw sockets, so that the client costs less than any server it measures. Refuses addresses other than loopback.

import { connect } from "node:net";
import { quantile } from "../measure.ts";

const CONNECTIONS = 16;
const [target = "", secondsText = "3", ...headerLines] = process.argv.slice(2);
const url = new URL(target);
if (url.hostname !== "127.0.0.1") throw new Error("load is for 127.0.0.1 only");
const request = `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\n${headerLines
  .map((line) => `${line}\r\n`)
  .join("")}\r\n`;
const endAt = performance.now() + Number(secondsText) * 1000;
let answers = 0;
const latenciesMs: number[] = [];
const statuses = new Map<string, number>();
const started = performance.now();
await Promise.all(Array.from({ length: CONNECTIONS }, askUntilTheEnd));
console.log(
  JSON.stringify({
    perSecond: answers / ((performance.now() - started) / 1000),
    answers,
    p95Ms: quantile(latenciesMs, 0.95),
    statuses: Object.fromEntries(statuses),
  }),
);

/** One connection: the next request goes out when the last answer is whole. */
function askUntilTheEnd(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), "127.0.0.1", () => socket.write(request));
    let head = "";
    let missingBytes = 0;
    let askedMs = performance.now();
    socket.setNoDelay(true);
    socket.on("error", reject);
    socket.on("close", () => resolve());
    socket.on("data", (chunk) => {
      if (missingBytes > 0) missingBytes -= chunk.length;
      else {
        head += chunk.toString("latin1");
        const end = head.indexOf("\r\n\r\n");
        if (end === -1) return;
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        const status = head.slice(9, 12);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        missingBytes = length - (head.length - end - 4);
        head = "";
      }
      if (missingBytes > 0) return;
      answers += 1;
      const nowMs = performance.now();
      latenciesMs.push(nowMs - askedMs);
      askedMs = nowMs;
      if (nowMs < endAt) socket.write(request);
      else socket.end();
    });
  });
}
