import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { endianness } from "node:os";
import process from "node:process";
import { afterEach, describe, expect, test } from "vitest";
import { CAN_BE_A_STRANGER, sendAsStranger } from "../../../test/support/stranger.ts";
import type { Connection } from "../../ports/system/acting-user.ts";
import { createConnectionPeers } from "./connection-peers.ts";

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

const HEAD =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const row = (ends: string, { state = "01", uid = 1000, inode = 4711 } = {}) =>
  `   3: ${ends} ${state} 00000000:00000000 00:00000000 00000000 ${String(uid).padStart(5)}        0 ${inode} 1 0000000000000000 20 4 30 10 -1\n`;
const CLIENT = "0100007F:C350 0100007F:1F45";
const MAPPED = "0000000000000000FFFF00000100007F:C350 0000000000000000FFFF00000100007F:1F45";
const V6 = "00000000000000000000000001000000:C350 00000000000000000000000001000000:1F45";

const between = (address: string): Connection => ({
  localAddress: address,
  localPort: 8005,
  remoteAddress: address,
  remotePort: 50_000,
});

// The kernel writes addresses in the order of the machine's bytes, and the tables here are written out.
describe.runIf(endianness() === "LE")("J20: the table of sockets says whose a connection is", () => {
  const judge = (table: string, { uid = 1000 as number | null, address = "127.0.0.1" } = {}) =>
    createConnectionPeers({ readTables: async () => [HEAD + table], uid }).userOf(between(address));

  test.each<[string, string, { uid?: number | null; address?: string }, string]>([
    ["this user's", row(CLIENT), {}, "this_user"],
    ["another user's", row(CLIENT, { uid: 1001 }), {}, "another_user"],
    ["root's, of a server that is not root's", row(CLIENT, { uid: 0 }), {}, "another_user"],
    ["root's, of root's server", row(CLIENT, { uid: 0 }), { uid: 0 }, "this_user"],
    ["an IPv6 one", row(V6), { address: "::1" }, "this_user"],
    ["IPv4 in the table of IPv6", row(MAPPED), {}, "this_user"],
    ["IPv4 as an IPv6 server sees it", row(CLIENT), { address: "::ffff:127.0.0.1" }, "this_user"],
    ["half-closed by its client", row(CLIENT, { state: "05" }), {}, "this_user"],
    [
      "closed by its client, for which the kernel shows root",
      row(CLIENT, { uid: 0, inode: 0 }),
      { uid: 0 },
      "unknown",
    ],
    ["not in the table", "", {}, "unknown"],
    ["the other direction only", row("0100007F:1F45 0100007F:C350"), {}, "unknown"],
    ["another port", row("0100007F:C351 0100007F:1F45"), {}, "unknown"],
    ["without numbers of users", row(CLIENT), { uid: null }, "unknown"],
    ["a number that stands for all unknown users", row(CLIENT, { uid: 65_534 }), { uid: 65_534 }, "unknown"],
  ])("%s", async (_, table, settings, expected) => {
    expect(await judge(table, settings)).toBe(expected);
  });

  test("tables that cannot be read leave it unknown", async () => {
    const peers = createConnectionPeers({ readTables: async () => [], uid: 1000 });
    expect(await peers.userOf(between("127.0.0.1"))).toBe("unknown");
    expect(await peers.isWorker(between("127.0.0.1"))).toBe(false);
  });

  test("connections that ask at the same moment share a read, which began after they asked", async () => {
    let reads = 0;
    const finish: (() => void)[] = [];
    const readTables = () => {
      reads += 1;
      const table = HEAD + row(CLIENT);
      return new Promise<readonly string[]>((resolve) => finish.push(() => resolve([table])));
    };
    const peers = createConnectionPeers({ readTables, uid: 1000 });
    const asked = Array.from({ length: 100 }, () => peers.userOf(between("127.0.0.1")));
    while (finish.length > 0) {
      finish.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(new Set(await Promise.all(asked))).toEqual(new Set(["this_user"]));
    expect(reads).toBe(2);
  });
});

async function accepted(host: string, open: (port: number) => void): Promise<Socket> {
  const server = createServer().listen(0, host);
  await once(server, "listening");
  cleanUps.push(() => server.close());
  const connection = once(server, "connection") as Promise<[Socket]>;
  open((server.address() as AddressInfo).port);
  const [socket] = await connection;
  cleanUps.push(() => socket.destroy());
  socket.on("error", () => {});
  return socket;
}

const endsOf = ({ localAddress, localPort, remoteAddress, remotePort }: Socket): Connection => ({
  localAddress: localAddress ?? "",
  localPort: localPort ?? 0,
  remoteAddress: remoteAddress ?? "",
  remotePort: remotePort ?? 0,
});

// No other system has the tables in /proc.
describe.runIf(process.platform === "linux")("J20: on real sockets", () => {
  test.each([
    ["127.0.0.1", "127.0.0.1"],
    ["::1", "::1"],
    ["::", "127.0.0.1"],
    ["::", "::ffff:127.0.0.1"],
  ])("a server on %s knows its own user's client on %s", async (host, address) => {
    const socket = await accepted(host, (port) => cleanUps.push(client(port, address)));
    expect(await createConnectionPeers().userOf(endsOf(socket))).toBe("this_user");
  });

  test("a client of another user is one", async () => {
    const socket = await accepted("127.0.0.1", (port) => {
      if (CAN_BE_A_STRANGER) void sendAsStranger(port, "hello");
      else cleanUps.push(client(port, "127.0.0.1"));
    });
    // Without root: the same client, judged by a server of another user.
    const uid = CAN_BE_A_STRANGER ? 0 : (process.geteuid?.() ?? 0) + 1;
    expect(await createConnectionPeers({ uid }).userOf(endsOf(socket))).toBe("another_user");
  });

  test("J26: a client that a worker started is a worker's, however deep below it", async () => {
    const script = `require("node:child_process").spawn(process.execPath, ["-e", process.argv[1], process.argv[2]], { stdio: "inherit", env: {} })`;
    const connectOut = `require("node:net").connect(Number(process.argv[1]), "127.0.0.1")`;
    const socket = await accepted("127.0.0.1", (port) => {
      const child = spawn(process.execPath, ["-e", script, connectOut, String(port)], {
        env: { TASKS_RUN: "run-of-a-worker" },
        stdio: "inherit",
        detached: true,
      });
      cleanUps.push(() => process.kill(-(child.pid ?? 0), "SIGKILL"));
    });
    const peers = createConnectionPeers();
    expect(await peers.isWorker(endsOf(socket))).toBe(true);
    // A server inside the same run belongs to it.
    const inside = createConnectionPeers({ ownRun: "run-of-a-worker" });
    expect(await inside.userOf(endsOf(socket))).toBe("this_user");
  });

  test("J26: one that the person started is not", async () => {
    const socket = await accepted("127.0.0.1", (port) => cleanUps.push(client(port, "127.0.0.1")));
    expect(await createConnectionPeers().isWorker(endsOf(socket))).toBe(false);
  });
});

function client(port: number, host: string): () => void {
  const socket = connect(port, host);
  socket.on("error", () => {});
  return () => socket.destroy();
}
