// Whose process is at the other end of a loopback connection: on Linux the table of TCP sockets (proc_pid_net(5)) has the
// other end too, with the uid and the inode of its socket. Elsewhere, and where /proc cannot be read, it is unknown.
//
// The kernel walks all sockets of the machine for one read of a table, so that connections which ask at the same moment
// share a read.

import { readdirSync, readlinkSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { isIPv4 } from "node:net";
import { endianness } from "node:os";
import process from "node:process";
import type { RunId } from "../../core/contract/run.ts";
import type { Connection, ConnectionPeers, PeerUser } from "../../ports/system/acting-user.ts";
import { runBits } from "./inherited-mark.ts";
import type { ProcessFacts, ProcessSystem } from "./process-facts.ts";
import { systemProcesses } from "./system-processes.ts";

const TABLES = ["/proc/net/tcp", "/proc/net/tcp6"];

/** What the kernel shows for users that have no number in this user namespace: as an own number it says nothing. */
const OVERFLOW_UID = 65_534;

/** A row is missed when others of its bucket vanish during the read; twice in a row it is not there. */
const READS_MAX = 2;

export type PeersSettings = {
  /** The tables as text; those that cannot be read are left out. */
  readonly readTables: () => Promise<readonly string[]>;
  /** Of this process; null where users have no numbers. */
  readonly uid: number | null;
  /** The run this process was started in itself: what belongs to the same one is no stranger to it. */
  readonly ownRun: string | undefined;
  readonly system: ProcessSystem;
};

export function createConnectionPeers(settings: Partial<PeersSettings> = {}): ConnectionPeers {
  const {
    readTables = readSocketTables,
    uid = process.geteuid?.() ?? null,
    ownRun = process.env["TASKS_RUN"],
    system = systemProcesses(),
  } = settings;
  const read = sharedRead(async () => parseTables(await readTables()));
  const find = async (connection: Connection): Promise<SocketRow | null> => {
    for (let reads = 1; reads <= READS_MAX; reads += 1) {
      const row = findOtherEnd(await read(), connection);
      if (row !== null) return row;
    }
    return null;
  };
  return {
    userOf: async (connection) => judgeUser(await find(connection), uid),
    isWorker: async (connection) => {
      const row = await find(connection);
      return row !== null && workerProcesses(system, ownRun).some(({ pid }) => holdsSocket(pid, row.inode));
    },
  };
}

type SocketRow = { readonly uid: number; readonly inode: string };

function judgeUser(row: SocketRow | null, uid: number | null): PeerUser {
  if (row === null || uid === null) return "unknown";
  if (row.uid !== uid) return "another_user";
  return uid === OVERFLOW_UID ? "unknown" : "this_user";
}

/** Readers that come while a read is under way share the next one: theirs must begin after they asked. */
function sharedRead<Read>(read: () => Promise<Read>): () => Promise<Read> {
  let current: Promise<Read> | null = null;
  let next: Promise<Read> | null = null;
  const begin = () => {
    current = read().finally(() => {
      current = null;
    });
    return current;
  };
  return () => {
    if (current === null) return begin();
    next ??= current.then(() => {
      next = null;
      return begin();
    });
    return next;
  };
}

async function readSocketTables(): Promise<readonly string[]> {
  const texts = await Promise.all(TABLES.map((file) => readFile(file, "latin1").catch(() => "")));
  return texts.filter((text) => text !== "");
}

/** Sockets by both their ends, as the tables write those. */
type SocketTable = ReadonlyMap<string, SocketRow>;

/** number: local remote state queues timer retransmits uid timeout inode */
const ROW = /^ *\d+: (\S+ \S+) \S+ \S+ \S+ \S+ +(\d+) +\d+ (\d+)/gm;

/**
 * A socket that its process has closed has no inode any more, and then the kernel shows the uid of root for it, whoever it
 * belonged to: those are left out.
 */
function parseTables(texts: readonly string[]): SocketTable {
  const table = new Map<string, SocketRow>();
  for (const text of texts) {
    for (const [, ends = "", uid, inode = "0"] of text.matchAll(ROW))
      if (inode !== "0") table.set(ends, { uid: Number(uid), inode });
  }
  return table;
}

/** The row of the client's socket: our remote end is its local one. */
function findOtherEnd(table: SocketTable, connection: Connection): SocketRow | null {
  const { localAddress, localPort, remoteAddress, remotePort } = connection;
  const [remotes, locals] = [hexForms(remoteAddress), hexForms(localAddress)];
  const ends = remotes.map(
    (remote, form) => `${remote}:${hexPort(remotePort)} ${locals[form]}:${hexPort(localPort)}`,
  );
  return ends.map((both) => table.get(both)).find((row) => row !== undefined) ?? null;
}

/** An address as the tables write it: in words of the machine's own byte order. IPv4 stands in both tables. */
function hexForms(address: string): readonly string[] {
  const plain = address.replace(/^::ffff:/i, "");
  if (isIPv4(plain)) {
    const bytes = plain.split(".").map(Number);
    return [hexWords(bytes), hexWords([...new Array<number>(10).fill(0), 0xff, 0xff, ...bytes])];
  }
  return [hexWords(ipv6Bytes(plain))];
}

function hexWords(bytes: readonly number[]): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4) {
    const word = bytes.slice(at, at + 4);
    if (endianness() === "LE") word.reverse();
    text += word.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  return text.toUpperCase();
}

function hexPort(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, "0");
}

/** As Node prints one: groups of hexadecimal digits, at most one `::`, perhaps a zone. */
function ipv6Bytes(address: string): readonly number[] {
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::");
  const groups = (part: string | undefined) =>
    (part ?? "")
      .split(":")
      .filter(Boolean)
      .map((group) => Number.parseInt(group, 16));
  const before = groups(head);
  const after = groups(tail);
  const zeros = new Array<number>(Math.max(0, 8 - before.length - after.length)).fill(0);
  return [...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]);
}

/** Every process that inherited the mark of a run or carries one in its environment, and all that they started. */
function workerProcesses(system: ProcessSystem, ownRun: string | undefined): readonly ProcessFacts[] {
  const all = system.readAll();
  const marks = system.readMarks(all.map(({ pid }) => pid));
  const childrenOf = Map.groupBy(all, ({ parent }) => parent);
  const ownBits = ownRun === undefined ? null : runBits(ownRun as RunId);
  const isMarked = ({ pid }: ProcessFacts) => {
    const run = marks.get(pid)?.run;
    if (run !== undefined) return run !== ownRun;
    const inherited = system.readInherited(pid);
    return inherited !== null && inherited.run !== ownBits;
  };
  const found = new Set(all.filter(isMarked));
  // A set hands out what is added while it is walked.
  for (const { pid } of found) for (const child of childrenOf.get(pid) ?? []) found.add(child);
  return [...found];
}

function holdsSocket(pid: number, inode: string): boolean {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).some((fd) => linkOf(`${folder}/${fd}`) === `socket:[${inode}]`);
  } catch {
    return false; // It ended, or is not ours to look at.
  }
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null; // It was closed meanwhile.
  }
}
