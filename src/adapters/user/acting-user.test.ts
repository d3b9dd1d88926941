import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readSigningKey } from "./acting-user.ts";

let home: string;
let folder: string;
let file: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "tasks-key-"));
  folder = join(home, "state");
  file = join(folder, "acting.key");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe("J24: the key that signs cookies", () => {
  test("is made once, private to its user, and read by every server after that", () => {
    const key = readSigningKey(folder);
    expect(key).toHaveLength(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readSigningKey(folder)).toEqual(key);
  });

  test("is made again once it was removed, so that all cookies end", () => {
    const key = readSigningKey(folder);
    rmSync(file);
    expect(readSigningKey(folder)).not.toEqual(key);
  });

  test("that others could have read is replaced", () => {
    const key = readSigningKey(folder);
    chmodSync(file, 0o640);
    expect(readSigningKey(folder)).not.toEqual(key);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test.each(["", "short", "x".repeat(33)])("that is none (%s) is replaced", (text) => {
    readSigningKey(folder);
    writeFileSync(file, text);
    expect(readSigningKey(folder)).toHaveLength(32);
    expect(readFileSync(file)).toHaveLength(32);
  });

  test("that is a link is replaced, and what it points to stays", () => {
    readSigningKey(folder);
    rmSync(file);
    const elsewhere = join(home, "elsewhere");
    writeFileSync(elsewhere, "k".repeat(32), { mode: 0o600 });
    symlinkSync(elsewhere, file);
    expect(readSigningKey(folder).toString()).not.toBe("k".repeat(32));
    expect(readFileSync(elsewhere, "utf8")).toBe("k".repeat(32));
  });
});
