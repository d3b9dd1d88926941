import fc from "fast-check";
import { expect, test } from "vitest";
import type { FileStamp } from "../contract/parsed-file.ts";
import type { RelativePath } from "../contract/task.ts";
import { fingerprintStamps } from "./fingerprint-stamps.ts";

function stamp(path: string, changes: Partial<FileStamp> = {}): FileStamp {
  return { path: path as RelativePath, sizeBytes: 10, mtimeMs: 1.5, ctimeMs: 2.5, inode: 7, ...changes };
}

test("the order of a listing does not matter", () => {
  const stamps = ["a", "b", "c"].map((path) => stamp(path));
  expect(fingerprintStamps(stamps.toReversed())).toBe(fingerprintStamps(stamps));
});

test.each([
  ["a file more", [stamp("a"), stamp("b"), stamp("c")]],
  ["a file less", [stamp("a")]],
  ["another size", [stamp("a"), stamp("b", { sizeBytes: 11 })]],
  ["another time, by a fraction", [stamp("a"), stamp("b", { mtimeMs: 1.5000001 })]],
  ["only the change time", [stamp("a"), stamp("b", { ctimeMs: 2.6 })]],
  ["another inode", [stamp("a"), stamp("b", { inode: 8 })]],
  ["two files that change places", [stamp("a", { inode: 8 }), stamp("b", { inode: 9 })]],
])("%s is another tree", (_what, stamps) => {
  expect(fingerprintStamps(stamps)).not.toBe(fingerprintStamps([stamp("a"), stamp("b")]));
});

test("any two different stamps tell trees apart", () => {
  const number = fc.double({ noNaN: true });
  const any = fc.record({
    path: fc.string(),
    sizeBytes: fc.nat(),
    mtimeMs: number,
    ctimeMs: number,
    inode: fc.nat(),
  });
  fc.assert(
    fc.property(any, any, (first, second) => {
      fc.pre(JSON.stringify(first) !== JSON.stringify(second));
      const [a, b] = [first, second].map((values) =>
        fingerprintStamps([stamp(values.path, values as never)]),
      );
      expect(a).not.toBe(b);
    }),
  );
});
