// Which user and process is at the other end of a loopback connection: on Linux the tables of TCP sockets also list the
// other end, with the uid and the inode of its socket. Elsewhere, and without /proc, it is unknown.
//
// For one read of a table the kernel walks all sockets of the machine, so connections that ask at the same moment share
// it.

import { readFile } from "node:fs/promises";
import { isIPv4 } from "node:net";
import { endianness } from "node:os";
import process from "node:process";
import type { RunId } from "../../core/contract/run.ts";
import type { Connection, ConnectionPeers, PeerUser } from "../../ports/system/acting-user.ts";
import { runBits } from "./inherited-mark.ts";
import { hexPort, openFilesOf, SOCKET_TABLES } from "./proc.ts";
import type { ProcessFacts, ProcessSystem } from "./process-facts.ts";
import { systemProcesses } from "./system-processes.ts";

/** Shown by the kernel for users without a number in this user namespace; as this process's own uid it proves nothing. */
const OVERFLOW_UID = 65_534;

/** A row can be missed when others of its hash bucket vanish during the read; missed twice, it does not exist. */
const READS_MAX = 2;

export type PeersSettings = {
  /** The tables as text, without those that cannot be read. */
  readonly readTables: () => Promise<readonly string[]>;
  /** This process's uid; null where users have none. */
  readonly uid: number | null;
  /** The run this process itself was started in: processes of the same run are not strangers. */
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
      return (
        row !== null &&
        workerProcesses(system, ownRun).some(({ pid }) => openFilesOf(pid).includes(`socket:[${row.inode}]`))
      );
    },
  };
}

type SocketRow = { readonly uid: number; readonly inode: string };

function judgeUser(row: SocketRow | null, uid: number | null): PeerUser {
  if (row === null || uid === null) return "unknown";
  if (row.uid !== uid) return "another_user";
  return uid === OVERFLOW_UID ? "unknown" : "this_user";
}

/** Callers that arrive during a read share the next one: a read must start after it was asked for. */
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
  const texts = await Promise.all(SOCKET_TABLES.map((file) => readFile(file, "latin1").catch(() => "")));
  return texts.filter((text) => text !== "");
}

/** Sockets by both ends, as the tables write them. */
type SocketTable = ReadonlyMap<string, SocketRow>;

/** number: local remote state queues timer retransmits uid timeout inode */
const ROW = /^ *\d+: (\S+ \S+) \S+ \S+ \S+ \S+ +(\d+) +\d+ (\d+)/gm;

/**
 * A socket that its process has closed has no inode, and the kernel then shows root's uid no matter who owned it: those
 * are left out.
 */
function parseTables(texts: readonly string[]): SocketTable {
  const table = new Map<string, SocketRow>();
  for (const text of texts) {
    for (const [, ends = "", uid, inode = "0"] of text.matchAll(ROW))
      if (inode !== "0") table.set(ends, { uid: Number(uid), inode });
  }
  return table;
}

/** The row of the client's socket: our remote end is its local end. */
function findOtherEnd(table: SocketTable, connection: Connection): SocketRow | null {
  const { localAddress, localPort, remoteAddress, remotePort } = connection;
  const [remotes, locals] = [hexForms(remoteAddress), hexForms(localAddress)];
  const ends = remotes.map(
    (remote, form) => `${remote}:${hexPort(remotePort)} ${locals[form]}:${hexPort(localPort)}`,
  );
  return ends.map((both) => table.get(both)).find((row) => row !== undefined) ?? null;
}

/** An address as the tables write it: in words of the machine's byte order. IPv4 addresses are in both tables. */
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

/** As Node prints it: groups of hexadecimal digits, at most one `::`, perhaps a zone. */
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

/** Every process that inherited a run's mark or has one in its environment, with all descendants. */
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
  // Iterating a set includes what is added meanwhile.
  for (const { pid } of found) for (const child of childrenOf.get(pid) ?? []) found.add(child);
  return [...found];
}
