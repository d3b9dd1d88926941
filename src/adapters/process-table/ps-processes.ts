// The processes of a machine without /proc (macOS), from `ps`. One call takes a few milliseconds, so many processes are
// read in one.

import { execFileSync } from "node:child_process";
import process from "node:process";
import {
  isDeadState,
  type ProcessFacts,
  type ProcessMark,
  type ProcessSystem,
  parseMark,
} from "./process-facts.ts";

const COLUMNS = "pid=,ppid=,pgid=,stat=,lstart=";
/** `ps` answers immediately, or something is badly wrong. */
const TIMEOUT_MS = 5_000;
/** Enough for thousands of processes with long environments. */
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** Asks `ps` for the environment of all processes; on Linux, where only tests use it, the options differ. */
const WITH_ENVIRONMENT: readonly string[] =
  process.platform === "linux" ? ["axeww", "-o", "pid=,command="] : ["-axEww", "-o", "pid=,command="];

export function createPsProcesses(): ProcessSystem {
  return {
    place: readPlace(),
    read: (pid) => parseTable(ask("ps", ["-o", COLUMNS, "-p", String(pid)]))[0] ?? null,
    readAll: () => parseTable(ask("ps", ["-axo", COLUMNS])),
    readMarks: (pids) => {
      const wanted = new Set(pids);
      const found = ask("ps", WITH_ENVIRONMENT)
        .split("\n")
        .flatMap((line): [number, ProcessMark][] => {
          const pid = Number.parseInt(line, 10);
          const mark = wanted.has(pid) ? parseMark(line, " ") : null;
          return mark === null ? [] : [[pid, mark]];
        });
      return new Map(found);
    },
    // macOS has no unused limit, and shows the folders of processes only to root.
    readInherited: () => null,
    readUsers: (folders) => new Map(folders.map((folder) => [folder, []])),
  };
}

/** macOS identifies each boot. Without that, a process cannot be distinguished from one of an earlier boot. */
function readPlace(): string | null {
  const boot = ask("sysctl", ["-n", "kern.bootsessionuuid"]).trim();
  return boot === "" ? null : `ps:${boot}`;
}

/** Start times are text that depends on language and time zone. `ps` fails if it finds nothing; that is empty here. */
function ask(program: string, args: readonly string[]): string {
  try {
    return execFileSync(program, [...args], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C", TZ: "UTC" },
      stdio: ["ignore", "pipe", "ignore"],
      timeout: TIMEOUT_MS,
      maxBuffer: OUTPUT_BYTES_MAX,
    });
  } catch {
    return "";
  }
}

function parseTable(text: string): readonly ProcessFacts[] {
  return text.split("\n").flatMap((line) => {
    const [pid, parent, group, state, ...start] = line.trim().split(/\s+/);
    if (state === undefined || start.length === 0) return [];
    const numbers = { pid: Number(pid), parent: Number(parent), group: Number(group) };
    return { ...numbers, start: start.join(" "), isDead: isDeadState(state) };
  });
}
