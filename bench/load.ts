// Loads a server from a process of its own.

import { startChild } from "./baselines.ts";

export type Load = {
  readonly perSecond: number;
  readonly p95Ms: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
};

/** Asks `url` over a few kept connections for so many seconds; `headers` are whole lines. */
export function load(url: string, seconds: number, headers: readonly string[] = []): Promise<Load> {
  const client = startChild("load", url, String(seconds), ...headers);
  return new Promise((resolve, reject) => {
    let printed = "";
    client.stdout?.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
    });
    client.once("exit", (code) =>
      code === 0 ? resolve(JSON.parse(printed)) : reject(new Error(`the load ended with ${code}`)),
    );
  });
}
