import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Line, LineSplitter } from "./line-splitter.ts";

function split(chunks: readonly Uint8Array[], bytesMax?: number): Line[] {
  const lines: Line[] = [];
  const splitter = new LineSplitter((line) => lines.push(line), bytesMax);
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe("K10: lines of a stream", () => {
  test("a torn last line counts, carriage returns go, empty lines stay", () => {
    expect(split([bytes("a\r\n\nb")]).map(({ text }) => text)).toEqual(["a", "", "b"]);
    expect(split([])).toEqual([]);
  });

  test("a line over the limit is cut, and the next one is whole", () => {
    expect(split([bytes("abc"), bytes("defg\nok\n")], 4)).toEqual([
      { text: "abcd", droppedBytes: 3 },
      { text: "ok", droppedBytes: 0 },
    ]);
  });

  test("the same lines at every boundary, invalid UTF-8 included", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.array(fc.nat(60), { maxLength: 8 }),
        (stream, cuts) => {
          const places = [0, ...cuts.toSorted((a, b) => a - b), stream.length];
          const chunks = places.slice(1).map((to, index) => stream.slice(places[index] ?? 0, to));
          expect(split(chunks, 20)).toEqual(split([stream], 20));
        },
      ),
    );
  });
});
