// Who listens on a port of this machine, as far as can be told: a server of ours with its repository, else the process,
// as Linux shows it under /proc to its own user.

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { get } from "node:http";

/** What our servers call themselves in every answer. */
const OUR_SERVER_NAME = "dataface-tasks";
/** Our own server answers from memory; whoever takes longer is somebody else. */
const ASK_TIMEOUT_MS = 500;
/** The repository's name is among the first keys. */
const READ_BYTES_MAX = 64 * 1024;

/** In words that go into a sentence: "another tasks server, for app", "process 71 (postgres)", "another program". */
export async function namePortHolder(port: number): Promise<string> {
  const ours = await askOurServer(port);
  if (ours !== null) return ours;
  const found = findListeningProcess(port);
  return found === null ? "another program" : `process ${found.pid} (${found.name})`;
}

/** Null when it is not ours. Says that it comes from elsewhere, so that asking starts no update (S5). */
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
    // Not speaking HTTP: not ours.
    request.on("error", () => settle(null));
  });
}

function describeOurs(text: string): string {
  const name = /"repository":\s*\{\s*"name":\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  return name === undefined ? "another tasks server" : `another tasks server, for ${JSON.parse(name)}`;
}

type FoundProcess = { readonly pid: number; readonly name: string };

/** Null on other systems, and for a process of another user. */
function findListeningProcess(port: number): FoundProcess | null {
  try {
    const inodes = new Set(
      ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) => listeningInodes(table, port)),
    );
    if (inodes.size === 0) return null;
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    const pid = pids.find((candidate) => holdsSocket(candidate, inodes));
    if (pid === undefined) return null;
    return { pid: Number(pid), name: readFileSync(`/proc/${pid}/comm`, "utf8").trim() };
  } catch {
    // No /proc here, or it changed while it was read: then the process has no name.
    return null;
  }
}

/** Columns of /proc/net/tcp (proc_pid_net(5)): local address as hex with the port, state (0A is listening), inode. */
function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return readFileSync(table, "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(suffix) && columns[3] === "0A")
    .flatMap((columns) => columns[9] ?? []);
}

function holdsSocket(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((descriptor) => {
      const target = readlinkSync(`/proc/${pid}/fd/${descriptor}`);
      return inodes.has(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? "");
    });
  } catch {
    // It ended meanwhile, or belongs to somebody else.
    return false;
  }
}
