// What figures are compared with, measured in the same run on the same machine.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "./measure.ts";
import type { Tree } from "./tree.ts";

const ROUNDS = 7;

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Path of a program in bench/children/. */
export function child(name: string): string {
  return fileURLToPath(new URL(`./children/${name}.ts`, import.meta.url));
}

/** Runs a program of bench/children/ to its end and parses the last line it prints. */
export function runChild<Result>(name: string, ...args: readonly string[]): Result {
  const output = execFileSync(process.execPath, [child(name), ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(output.trimEnd().split("\n").at(-1) ?? "null") as Result;
}

/** R(n) in ms: reading the files of the tree once, in a fresh process each time, median. */
export function readingMs(tree: Tree, rounds = ROUNDS): number {
  const list = join(tree.root, "paths.txt");
  writeFileSync(list, tree.paths.map((path) => join(tree.root, path)).join("\n"));
  return median(Array.from({ length: rounds }, () => runChild<{ ms: number }>("read-tree", list).ms));
}

/** Milliseconds of a Node process that does nothing. */
export function emptyNodeMs(): number {
  return median(processMs(["-e", "0"]));
}

/** Wall milliseconds of whole Node processes with these arguments. */
export function processMs(args: readonly string[], rounds = ROUNDS): number[] {
  return Array.from({ length: rounds }, () => {
    const started = performance.now();
    execFileSync(process.execPath, [...args], { stdio: "ignore" });
    return performance.now() - started;
  });
}

/** Starts a program of bench/children/; the caller ends it. */
export function startChild(name: string, ...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [child(name), ...args], { stdio: ["ignore", "pipe", "inherit"] });
}

/** Starts a program of bench/children/ that prints its port first. */
export function startChildServer(
  name: string,
  ...args: readonly string[]
): Promise<{ port: number; process: ChildProcess }> {
  const server = startChild(name, ...args);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`the server ended with ${code} before it listened`)));
    server.stdout?.once("data", (line: Buffer) =>
      resolve({ port: Number(line.toString().trim()), process: server }),
    );
  });
}
