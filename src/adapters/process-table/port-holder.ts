// What listens on a port of this machine, as far as it shows: another tasks server with its repository, else the
// process, which Linux shows to its own user.

import { readFileSync } from "node:fs";
import { get } from "node:http";
import { hexPort, listPids, openFilesOf, readStat, SOCKET_TABLES } from "./proc.ts";

/** The Server header of our answers. */
const OUR_SERVER_NAME = "dataface-tasks";
/** Our server answers from memory; anything slower is not ours. */
const ASK_TIMEOUT_MS = 500;
/** The repository's name is among the first keys. */
const READ_BYTES_MAX = 64 * 1024;

/** Part of a sentence: "another tasks server, for app", "process 71 (postgres)", "another program". */
export async function namePortHolder(port: number): Promise<string> {
  const ours = await askOurServer(port);
  if (ours !== null) return ours;
  return findListeningProcess(port) ?? "another program";
}

/** Null when it is not ours. Asks as a cross-site request, so that it triggers no update (S5). */
function askOurServer(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const headers = { "sec-fetch-site": "cross-site", accept: "application/json" };
    const request = get(
      { host: "127.0.0.1", port, path: "/status.json", headers, agent: false },
      (response) => {
        if (response.headers.server !== OUR_SERVER_NAME) {
          settle(null);
          return;
        }
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
          if (text.length > READ_BYTES_MAX) settle(describeOurs(text));
        });
        response.on("end", () => settle(describeOurs(text)));
      },
    );
    const settle = (answer: string | null) => {
      clearTimeout(timer);
      request.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => settle(null), ASK_TIMEOUT_MS);
    // It does not speak HTTP.
    request.on("error", () => settle(null));
  });
}

function describeOurs(text: string): string {
  const name = /"repository":\s*\{\s*"name":\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  return name === undefined ? "another tasks server" : `another tasks server, for ${JSON.parse(name)}`;
}

/** Null on other systems, and for a process of another user. */
function findListeningProcess(port: number): string | null {
  try {
    const sockets = new Set(SOCKET_TABLES.flatMap((table) => listeningSockets(table, port)));
    const pid = listPids().find((candidate) => openFilesOf(candidate).some((file) => sockets.has(file)));
    return pid === undefined ? null : `process ${pid} (${readStat(pid)?.name ?? "?"})`;
  } catch {
    return null; // No /proc here.
  }
}

/** Columns of the table: local address in hex with the port, state (0A is listening), inode. */
function listeningSockets(table: string, port: number): string[] {
  return readFileSync(table, "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(`:${hexPort(port)}`) && columns[3] === "0A")
    .map((columns) => `socket:[${columns[9]}]`);
}
