import fc from "fast-check";
import { expect, it } from "vitest";
import { sealJson } from "../../../test/support/sealed-json.ts";
import { openSealedJson } from "./sealed-json.ts";

const VALUE = { schema_version: 1, title: "Größe ☃ \u2028", list: [1, 2, { a: null }] };

it("a sealed object is plain JSON with its checksum first, and opens to itself", async () => {
  const sealed = await sealJson(VALUE);
  expect(Object.keys(JSON.parse(`${sealed}`))[0]).toBe("checksum");
  expect(JSON.parse(`${sealed}`)).toMatchObject(VALUE);
  expect(JSON.parse(openSealedJson(sealed) ?? "")).toEqual(VALUE);
});

it("R5: cut off anywhere, it does not open", async () => {
  const bytes = await sealJson(VALUE);
  for (let length = 0; length < bytes.length; length += 1) {
    expect(openSealedJson(bytes.subarray(0, length))).toBeNull();
  }
});

it("R5: with any bit flipped, it does not open", async () => {
  const bytes = await sealJson(VALUE);
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(openSealedJson(flipped)).toBeNull();
  }
});

it("R5: any other bytes do not open", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => openSealedJson(Buffer.from(bytes)) === null));
  expect(openSealedJson(Buffer.alloc(4_096))).toBeNull();
});

it("R5: larger than a slice, with items larger than one, it is whole", async () => {
  const rows = Array.from({ length: 2_000 }, (_, at) => ({ at, text: "Größe ☃".repeat(at % 200) }));
  const value = { tasks: rows, title: "x".repeat(300_000) };
  expect(JSON.parse(openSealedJson(await sealJson(value)) ?? "")).toEqual(value);
});
