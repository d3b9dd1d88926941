import * as nodeFs from "node:fs";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/git-repository.ts";
import { readLogTail } from "./log-reader.ts";
import { logWriter } from "./log-writer.ts";
import type { OutputFileSystem } from "./output-writer.ts";

const MEGABYTE = 1024 * 1024;

function createLog(options: { readonly maxBytes?: number; readonly fileSystem?: OutputFileSystem } = {}) {
  const folder = join(temporaryFolder(), "run");
  const prepareFolder = () => {
    mkdirSync(folder, { recursive: true });
    return folder;
  };
  const { maxBytes = MEGABYTE, fileSystem } = options;
  const create = () => logWriter({ prepareFolder, maxBytes, fileSystem });
  const file = (name: string) => {
    const path = join(folder, name);
    return existsSync(path) ? readFileSync(path, "utf8") : null;
  };
  /** As if nothing had been written for an hour, so that a line without an end counts. */
  const settle = () => utimesSync(join(folder, "log"), new Date(), new Date(Date.now() - 3_600_000));
  const tail = (lines = 100, afterByte?: number) =>
    readLogTail(folder, { lines, nowMs: Date.now(), ...(afterByte === undefined ? {} : { afterByte }) });
  return { folder, create, file, settle, tail, writer: create() };
}

const bytes = (text: string) => Buffer.from(text);

describe("writing", () => {
  test("is appended, to what an earlier attempt said too, in a file of its user's only", () => {
    const { create, file, folder } = createLog();
    const first = create();
    first.write(bytes("one\ntwo"));
    first.close();
    const second = create();
    second.writeLine("attempt 2");
    second.write(bytes("three\n"));
    second.close();
    expect(file("log")).toBe("one\ntwo\nattempt 2\nthree\n");
    expect(statSync(join(folder, "log")).mode & 0o777).toBe(0o600);
  });

  test("keeps at most so much: the older half is put aside, and the one before it goes", () => {
    const { writer, file } = createLog({ maxBytes: 20 });
    for (let number = 0; number < 10; number += 1) writer.write(bytes(`line ${number}\n`));
    expect([file("log.1"), file("log")]).toEqual(["line 8\n", "line 9\n"]);
    writer.write(bytes("x".repeat(1000)));
    expect([file("log.1")?.length, file("log")?.length]).toEqual([10, 10]);
    writer.close();
  });

  test("continues in a new file when the log or its folder was removed", () => {
    const { writer, file, folder } = createLog();
    writer.write(bytes("one\n"));
    rmSync(join(folder, "log"));
    writer.write(bytes("two\n"));
    expect(file("log")).toBe("two\n");
    rmSync(folder, { recursive: true });
    writer.write(bytes("three\n"));
    expect(file("log")).toBe("three\n");
    writer.close();
  });

  test("S10: a link in its place is not followed", () => {
    const { writer, folder, tail } = createLog();
    const elsewhere = join(temporaryFolder(), "precious");
    writeFileSync(elsewhere, "precious\n");
    mkdirSync(folder);
    symlinkSync(elsewhere, join(folder, "log"));
    writer.write(bytes("one\n"));
    writer.close();
    expect(readFileSync(elsewhere, "utf8")).toBe("precious\n");
    expect(tail()).toBeNull();
  });

  test.each(["ENOSPC", "EIO", "EDQUOT", "EROFS"])(
    "%s: what cannot be written is dropped and reported later",
    (code) => {
      const disk = failingDisk();
      const { writer, file } = createLog({ fileSystem: disk.fileSystem });
      writer.write(bytes("one\nhalf"));
      disk.fail(code);
      writer.write(bytes("lost\n"));
      writer.writeLine("lost too");
      disk.fail(null);
      writer.write(bytes("two\n"));
      writer.close();
      expect(file("log")).toMatch(
        new RegExp(`^one\nhalf\n\\[tasks: 14 bytes of output are missing here: .*\\(${code}\\)\\]\ntwo\n$`),
      );
    },
  );

  test("a disk that takes a part of it loses the rest, and says so at the end at the latest", () => {
    const disk = failingDisk();
    const { writer, file } = createLog({ fileSystem: disk.fileSystem });
    disk.fail("ENOSPC", { afterBytes: 3 });
    writer.write(bytes("0123456789\n"));
    disk.fail(null);
    writer.close();
    expect(file("log")).toMatch(
      /^012\n\[tasks: 8 bytes of output are missing here: the disk is full \(ENOSPC\)\]\n$/,
    );
  });

  test.each(["openSync", "renameSync", "lstatSync", "fstatSync", "closeSync"] as const)(
    "a fault of %s is no crash, and passes",
    (call) => {
      const disk = failingDisk();
      const { writer, file } = createLog({ fileSystem: disk.fileSystem, maxBytes: 20 });
      writer.write(bytes("before\n"));
      disk.fail("EIO", { call });
      for (let number = 0; number < 5; number += 1) writer.write(bytes("meanwhile\n"));
      disk.fail(null);
      writer.write(bytes("after\n"));
      writer.close();
      expect(file("log")).toContain("after\n");
    },
  );

  test("a device that is always full", () => {
    if (!existsSync("/dev/full")) return;
    const fileSystem: OutputFileSystem = {
      ...nodeFs,
      writeSync: ((_: number, output: Uint8Array) =>
        nodeFs.writeSync(full, output)) as typeof nodeFs.writeSync,
    };
    const full = nodeFs.openSync("/dev/full", "w");
    const { writer, file } = createLog({ fileSystem });
    for (let number = 0; number < 100; number += 1) writer.write(bytes("output\n"));
    writer.close();
    nodeFs.closeSync(full);
    expect(file("log")).toBe("");
  });
});

describe("reading", () => {
  test("no log yet", () => {
    expect(createLog().tail()).toBeNull();
  });

  test("the last lines, and whether there were others", () => {
    const { writer, tail } = createLog();
    writer.write(bytes("one\ntwo\n\nfour\n"));
    expect(tail(2)).toEqual({ lines: ["", "four"], cut: true, endByte: 14 });
    expect(tail(4)).toEqual({ lines: ["one", "two", "", "four"], cut: false, endByte: 14 });
    expect(tail(400)?.cut).toBe(false);
    expect(tail(0)).toEqual({ lines: [], cut: true, endByte: 14 });
    writer.close();
  });

  test("a line without an end counts once it is no longer being written", () => {
    const { writer, tail, settle } = createLog();
    writer.write(bytes("one\nGo on? [y/N] "));
    expect(tail()).toEqual({ lines: ["one"], cut: false, endByte: 4 });
    settle();
    expect(tail()).toEqual({ lines: ["one", "Go on? [y/N] "], cut: false, endByte: 17 });
    writer.write(bytes("y\n"));
    expect(tail(100, 17)).toEqual({ lines: ["y"], cut: false, endByte: 19 });
    writer.close();
  });

  test("what came after a place, across the two files, and from the oldest there is when that is gone", () => {
    const { writer, tail } = createLog({ maxBytes: 20 });
    let seen = 0;
    const read: string[] = [];
    for (let number = 0; number < 20; number += 1) {
      writer.write(bytes(`line ${number % 10}\n`));
      const after = tail(100, seen);
      seen = after?.endByte ?? 0;
      read.push(...(after?.lines ?? []));
    }
    expect(read).toEqual(Array.from({ length: 20 }, (_, number) => `line ${number % 10}`));
    expect(seen).toBe(140);
    expect(tail(100, 7)).toEqual({ lines: ["line 8", "line 9"], cut: true, endByte: 140 });
    expect(tail(100, 140)).toEqual({ lines: [], cut: false, endByte: 140 });
    // A place that there is not yet is one of an earlier log: it starts over.
    expect(tail(100, 1_000)).toEqual({ lines: ["line 8", "line 9"], cut: true, endByte: 140 });
    writer.close();
  });

  test("a process that died between noting and putting aside loses no place", () => {
    const { writer, tail, create, folder } = createLog({ maxBytes: 20 });
    writer.write(bytes("line 0\n"));
    writer.write(bytes("line 1\n"));
    writer.close();
    const { ino, dev } = nodeFs.statSync(join(folder, "log"), { bigint: true });
    writeFileSync(
      join(folder, "log.start"),
      JSON.stringify({ aside: `${dev}:${ino}`, previous: 7, start: 14 }),
    );
    expect(tail()?.endByte).toBe(14);
    const next = create();
    next.write(bytes("line 2\n"));
    next.close();
    expect(tail(100, 7)).toEqual({ lines: ["line 1", "line 2"], cut: false, endByte: 21 });
  });

  test("every line is read once, whatever is written and however it is read", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.stringMatching(/^[a-z]{0,12}$/), { maxLength: 4 }), { maxLength: 30 }),
        (writes) => {
          const { writer, tail } = createLog({ maxBytes: 4_000 });
          let seen = 0;
          const read: string[] = [];
          for (const lines of writes) {
            writer.write(bytes(lines.map((line) => `${line}\n`).join("")));
            const after = tail(100, seen);
            if (after === null) continue;
            seen = after.endByte;
            read.push(...after.lines);
          }
          writer.close();
          expect(read).toEqual(writes.flat());
        },
      ),
      { numRuns: 100 },
    );
  });

  test("one read is bounded, and the next one continues", () => {
    const { writer, tail } = createLog({ maxBytes: 4 * MEGABYTE });
    const line = `${"x".repeat(99)}\n`;
    writer.write(bytes(line.repeat(10_000)));
    const first = tail(100_000, 0);
    expect(first?.lines.length).toBe(2621);
    expect(first?.endByte).toBe(262_100);
    expect(tail(100_000)?.lines.length).toBe(2621);
    expect(tail(100_000)).toMatchObject({ cut: true, endByte: 1_000_000 });
    writer.close();
  });

  test("a line of megabytes is cut, and held up by nothing", () => {
    const { writer, tail, settle } = createLog({ maxBytes: 8 * MEGABYTE });
    writer.write(bytes(`start\n${"x".repeat(3 * MEGABYTE)}`));
    expect(tail()?.lines.at(-1)).toHaveLength(2000);
    writer.write(bytes("\nend\n"));
    settle();
    expect(tail()?.lines).toEqual(["end"]);
    let seen = 0;
    for (let round = 0; round < 20; round += 1) {
      const after = tail(100, seen);
      for (const text of after?.lines ?? []) expect(text.length).toBeLessThanOrEqual(2000);
      seen = after?.endByte ?? 0;
    }
    expect(seen).toBe(3 * MEGABYTE + 11);
    writer.close();
  });
});

describe("what is shown of a line", () => {
  const GITHUB = `ghp_${"a1B2".repeat(9)}`;
  const KEY = `-----BEGIN RSA PRIVATE KEY-----\n${"MIIEpAIBAAKCAQEA\n".repeat(40)}-----END RSA PRIVATE KEY-----`;

  test.each<[string, string, readonly string[]]>([
    [
      "S19: colours, titles and cursor moves",
      "\u001b[31mred\u001b[0m \u001b]0;title\u0007x\u001b[2K",
      ["red x"],
    ],
    [
      "W29: controls, direction marks and other invisible characters are shown, not lost",
      "a\u0000b\u0008c\u009b31md\u202ee\u200bf\u2028g",
      ["a\\x00b\\x08c\\x9b31md\\u202ee\\u200bf\\u2028g"],
    ],
    ["S20: a token with invisible characters in it", `x ghp_\u200b${"a1B2".repeat(9)}`, ["x [redacted]"]],
    ["the last state of a progress bar", "10%\r50%\r100%\r\nnext", ["100%", "next"]],
    ["bytes that are no text", "a\u00ff b", ["aÿ b"]],
    ["S20: a token", `token is ${GITHUB}!`, ["token is [redacted]!"]],
    ["S20: a token in colours", `ghp_\u001b[1m${"a1B2".repeat(9)}`, ["[redacted]"]],
    ["S20: a key", `before\n${KEY}\nafter`, ["before", "[redacted]", "after"]],
    ["S20: a value on the next line", "password:\nhunter2\nafter", ["password:", "[redacted]", "after"]],
  ])("%s", (_name, output, lines) => {
    const { writer, tail } = createLog();
    writer.write(bytes(`${output}\n`));
    writer.close();
    expect(tail()?.lines).toEqual(lines);
  });

  test("W29: bytes that are no UTF-8 are shown as what they are: no text", () => {
    const { writer, tail } = createLog();
    writer.write(Buffer.from([97, 0xff, 0xfe, 98, 10]));
    writer.close();
    expect(tail()?.lines).toEqual(["a\ufffd\ufffdb"]);
  });

  test("S20: a secret is hidden however the reading is cut", () => {
    const { writer, tail } = createLog();
    const output = `first\n${KEY}\nuses ${GITHUB} here\npassword:\nhunter2\nlast\n`;
    writer.write(bytes(output));
    writer.close();
    for (let at = 0; at <= output.length; at += 1) {
      const shown = [...(tail(100, at)?.lines ?? []), ...(tail(at)?.lines ?? [])].join("\n");
      expect(shown).not.toMatch(/MII|a1B2|hunter2/);
    }
  });
});

type Failing = { call: keyof OutputFileSystem; afterBytes: number };

/** The real one, until a test makes it fail. */
function failingDisk() {
  let fault: (Failing & { readonly code: string }) | null = null;
  const guard = (call: keyof OutputFileSystem): void => {
    if (fault?.call !== call) return;
    throw Object.assign(new Error(`${fault.code}: ${call}`), { code: fault.code, syscall: call });
  };
  const fileSystem = { ...nodeFs } as Record<keyof OutputFileSystem, (...words: unknown[]) => unknown>;
  for (const call of ["openSync", "renameSync", "lstatSync", "fstatSync", "closeSync"] as const) {
    const real = fileSystem[call];
    fileSystem[call] = (...words) => {
      // A descriptor is free after close, whatever close says.
      if (call === "closeSync") real(...words);
      guard(call);
      return call === "closeSync" ? undefined : real(...words);
    };
  }
  fileSystem.writeSync = (descriptor, output) => {
    const text = output as Uint8Array;
    if (fault?.call === "writeSync" && fault.afterBytes > 0) {
      const part = text.subarray(0, fault.afterBytes);
      fault.afterBytes = 0;
      return nodeFs.writeSync(descriptor as number, part);
    }
    guard("writeSync");
    return nodeFs.writeSync(descriptor as number, text);
  };
  return {
    fileSystem: fileSystem as unknown as OutputFileSystem,
    fail: (code: string | null, options: Partial<Failing> = {}) => {
      fault = code === null ? null : { code, call: "writeSync", afterBytes: 0, ...options };
    },
  };
}
