import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSealedJson } from "../../src/adapters/snapshot-file/sealed-json.ts";
import {
  createSnapshotFiles,
  readSnapshotFile,
  snapshotFileName,
  writeSnapshotFile,
} from "../../src/adapters/snapshot-file/snapshot-file.ts";
import { assembleSnapshot } from "../../src/core/publication/assemble.ts";
import type { SnapshotFile } from "../../src/ports/tree/snapshot-files.ts";
import { attestation, header, iso, row, T0_MS } from "../contract/store-samples.ts";
import { asOrdinaryUser } from "../support/ordinary-user.ts";
import { rounds } from "../support/rounds.ts";
import { sealJson } from "../support/sealed-json.ts";
import { createFailingFileSystem } from "./failing-file-system.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tasks-snapshot-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The snapshot of everyone, different for different `seq`; larger than one slice. */
function snapshotFile(seq: number): SnapshotFile {
  const rows = [row("a", seq), ...MORE_ROWS];
  const snapshot = assembleSnapshot({ header: header(), rows, seq, epoch: 1, publishedAt: iso(T0_MS) });
  return { snapshot, attestation: attestation(seq) };
}

const SLICES = 2;
const MORE_ROWS = Array.from({ length: 100 }, (_, at) => row(`infra/b${at}`));
/** The calls of one writing: the slices and the seal, and nine others without the write. */
const CALLS = SLICES + 1 + 8;
const RENAME_AT = 2 + SLICES + 1 + 2;

const target = () => join(folder, snapshotFileName("everyone"));
const temporaryFiles = () => readdirSync(folder).filter((name) => name.endsWith(".tmp"));
async function seqInFile(): Promise<number | string> {
  const result = await readSnapshotFile(folder, "everyone");
  return result.kind === "read" ? result.file.snapshot.seq : result.kind;
}

describe("snapshot files", () => {
  it("are read back as they were written, for their user only, listed by owner", async () => {
    const files = createSnapshotFiles({ folder });
    expect(await files.owners()).toEqual([]);
    await files.write(snapshotFile(3));
    expect(await files.read("everyone")).toEqual(snapshotFile(3));
    expect(await files.owners()).toEqual(["everyone"]);
    expect(await files.read("dave")).toBeNull();
    expect(statSync(target()).mode & 0o777).toBe(0o600);
    const content = JSON.parse(readFileSync(target(), "utf8"));
    expect(content).toMatchObject({ seq: 3, observed_at: iso(T0_MS + 3), cycle: 3 });
    expect(content).not.toHaveProperty("freshness");
  });

  it("make their folder, hidden from git, when there is none", async () => {
    const state = join(folder, ".tasks", "task_manager");
    expect(await createSnapshotFiles({ folder: state }).owners()).toEqual([]);
    await createSnapshotFiles({ folder: state }).write(snapshotFile(1));
    expect(readFileSync(join(folder, ".tasks", ".gitignore"), "utf8")).toBe("*\n");
    expect(statSync(state).mode & 0o777).toBe(0o700);
  });

  it("R5: say why they cannot be used, and are ignored", async () => {
    const check = async (bytes: string | Buffer, kind: string) => {
      writeFileSync(target(), bytes);
      expect(await readSnapshotFile(folder, "everyone")).toMatchObject({ kind });
      expect(await createSnapshotFiles({ folder }).read("everyone")).toBeNull();
    };
    expect(await readSnapshotFile(folder, "everyone")).toEqual({ kind: "missing" });
    await writeSnapshotFile(folder, snapshotFile(1));
    const good = readFileSync(target());
    await check("", "damaged");
    await check(good.subarray(0, good.length - 1), "damaged");
    await check(Buffer.alloc(good.length), "damaged");
    await check(Buffer.concat([good, Buffer.from(" ")]), "damaged");
    await check(await sealJson({ schema_version: 2 }), "other_version");
    await check(await sealJson({ schema_version: 1 }), "damaged");
    rmSync(target());
    mkdirSync(target());
    expect(await readSnapshotFile(folder, "everyone")).toMatchObject({ kind: "unreadable" });
  });

  it("R2: are written beside, made durable, renamed, and the folder made durable, in this order", async () => {
    const fileSystem = createFailingFileSystem();
    await writeSnapshotFile(folder, snapshotFile(1), { fileSystem });
    expect(fileSystem.calls).toEqual([
      "list",
      "open temporary",
      ...Array(SLICES + 1).fill("write temporary"),
      "sync temporary",
      "close temporary",
      "rename",
      "open folder",
      "sync folder",
      "close folder",
    ]);
  });
});

describe("a fault in writing a snapshot file", () => {
  const faults = ["ENOSPC", "EIO", "EACCES", "EMFILE", "EROFS", "EINTR"].flatMap((code) =>
    Array.from({ length: CALLS }, (_, at) => ({ code, at })),
  );

  it.each(faults)(
    "R3: $code once, at call $at, loses nothing and leaves nothing behind",
    async ({ code, at }) => {
      await writeSnapshotFile(folder, snapshotFile(1));
      const fileSystem = createFailingFileSystem({ kind: "error", code, at, times: 1 });
      const error = await writeSnapshotFile(folder, snapshotFile(2), { fileSystem }).catch(
        (reason: unknown) => reason,
      );
      // Renamed is renamed: what fails after it is only its durability.
      const renamed = fileSystem.calls.includes("open folder");
      if (error === undefined) expect(await seqInFile()).toBe(2);
      else {
        expect(error).toMatchObject({ code });
        expect(await seqInFile()).toBe(renamed ? 2 : 1);
      }
      expect(temporaryFiles()).toEqual([]);
    },
  );

  it.each(faults)(
    "R3: $code forever, from call $at, loses nothing, and the next write sweeps",
    async ({ code, at }) => {
      await writeSnapshotFile(folder, snapshotFile(1));
      const fileSystem = createFailingFileSystem({
        kind: "error",
        code,
        at,
        times: Number.POSITIVE_INFINITY,
      });
      await expect(writeSnapshotFile(folder, snapshotFile(2), { fileSystem })).rejects.toMatchObject({
        code,
      });
      expect(await seqInFile()).toBe(fileSystem.calls.includes("open folder") ? 2 : 1);
      await writeSnapshotFile(folder, snapshotFile(3));
      expect(await seqInFile()).toBe(3);
      expect(temporaryFiles()).toEqual([]);
    },
  );

  it.each(["EINTR", "EPERM", "EBUSY"])(
    "R4: a rename that %s holds up for a while is tried again",
    async (code) => {
      await writeSnapshotFile(folder, snapshotFile(1));
      const fileSystem = createFailingFileSystem({ kind: "error", code, at: RENAME_AT, times: 3 });
      await writeSnapshotFile(folder, snapshotFile(2), { fileSystem });
      expect(fileSystem.calls.filter((call) => call === "rename")).toHaveLength(4);
      expect(await seqInFile()).toBe(2);
    },
  );

  it("R4: a rename that is never let through is given up, and the old file is not written over", async () => {
    await writeSnapshotFile(folder, snapshotFile(1));
    const fileSystem = createFailingFileSystem({ kind: "error", code: "EBUSY", at: RENAME_AT, times: 6 });
    await expect(writeSnapshotFile(folder, snapshotFile(2), { fileSystem })).rejects.toMatchObject({
      code: "EBUSY",
    });
    expect(fileSystem.calls.filter((call) => call.startsWith("open"))).toEqual(["open temporary"]);
    expect(await seqInFile()).toBe(1);
    expect(temporaryFiles()).toEqual([]);
  });

  it("a temporary file of a live process is left alone, one of a dead process is swept", async () => {
    const ended = spawn(process.execPath, ["--version"], { stdio: "ignore" });
    await once(ended, "exit");
    const [alive, dead] = [process.ppid, ended.pid].map(
      (pid) => `.task-manager-x.snapshot.json.${pid}-1-1.tmp`,
    );
    for (const name of [alive, dead, "notes.tmp"]) writeFileSync(join(folder, name ?? ""), "");
    await writeSnapshotFile(folder, snapshotFile(1));
    expect(temporaryFiles().sort()).toEqual([alive, "notes.tmp"]);
  });
});

/** Two lanes of twelve writes each are killed in every generation: 1,008 in all, 288 in `npm test`. */
const GENERATIONS = rounds({ short: 12, full: 42 });

describe("death while writing a snapshot file", () => {
  it("R1: at each of 1,000 points between and inside the calls, a reader finds the whole old or new file", async () => {
    let expected = 0;
    for (let point = 0; point < 1_008; point += 1) {
      const at = point % CALLS;
      const fileSystem = createFailingFileSystem({ kind: "death", at, share: (point % 101) / 101 });
      const file = snapshotFile(point + 1);
      await expect(writeSnapshotFile(folder, file, { fileSystem })).rejects.toMatchObject({ code: "DEAD" });
      const renamed = fileSystem.calls.includes("open folder");
      if (renamed) expected = point + 1;
      expect(await seqInFile()).toBe(expected === 0 ? "missing" : expected);
    }
    await writeSnapshotFile(folder, snapshotFile(9_999));
    expect(temporaryFiles()).toEqual([]);
  });

  it("R1: however often writes are killed (kill -9), twelve in flight at a time, a reader finds each file whole or not there", {
    timeout: 240_000,
  }, async () => {
    const owners = ["everyone", "dave", "ann", "bob"];
    const newest = new Map<string, number>();
    const lanes = [0, 1].map(async (lane) => {
      const own = owners.map((owner) => `${owner}-${lane}`);
      for (let generation = 1; generation <= GENERATIONS; generation += 1) {
        await writeUntilKilled(own, generation);
        for (const owner of own) {
          const file = join(folder, snapshotFileName(owner));
          // The first death may come before its first file; what was there once stays.
          if (!newest.has(owner) && !existsSync(file)) continue;
          const text = openSealedJson(readFileSync(file));
          expect(text).not.toBeNull();
          const content = JSON.parse(text ?? "");
          expect(content.owner).toBe(owner);
          expect(content.generation).toBeGreaterThanOrEqual(newest.get(owner) ?? 0);
          expect(content.padding).toHaveLength(200 + (content.round % 7) * 90);
          expect(new Set(content.padding)).toEqual(new Set([String(content.round % 10).repeat(2_000)]));
          newest.set(owner, content.generation);
        }
      }
    });
    await Promise.all(lanes);
    await writeSnapshotFile(folder, snapshotFile(1));
    expect(temporaryFiles()).toEqual([]);
  });

  async function writeUntilKilled(owners: readonly string[], generation: number): Promise<void> {
    const script = join(import.meta.dirname, "snapshot-writer-child.ts");
    const child: ChildProcess = spawn(
      process.execPath,
      [script, folder, owners.join(","), String(generation)],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    const exited = once(child, "exit");
    await once(child.stdout ?? child, "data");
    // Spread over several writes of each file: a write takes a few milliseconds.
    await delay((generation * 7) % 40);
    child.kill("SIGKILL");
    const [, signal] = await exited;
    expect(signal).toBe("SIGKILL");
  }
});

it("EACCES: a file that may not be read is unreadable, not damaged", async () => {
  await writeSnapshotFile(folder, snapshotFile(1));
  chmodSync(target(), 0o000);
  expect(await asOrdinaryUser(folder, () => readSnapshotFile(folder, "everyone"))).toEqual({
    kind: "unreadable",
  });
});
