import { expect, test } from "vitest";
import { readMark, writeMark } from "./news-mark.ts";

test("comes back as it went", () => {
  const mark = { pulls: 'W/"abc"', runs: '"d+/=e"' };
  expect(readMark(writeMark(mark))).toEqual(mark);
  expect(readMark(writeMark({ pulls: null, runs: null }))).toEqual({ pulls: null, runs: null });
});

test.each([null, "", "{", "null", "[]", '"x"', '{"pulls":1,"runs":null}', '{"pulls":null}'])(
  "a damaged mark is none: %j",
  (mark) => {
    expect(readMark(mark)).toEqual({ pulls: null, runs: null });
  },
);

test.each(['W/"a\r\nX-Evil: 1"', '"a" "b"', "unquoted", '"n\u00e9e"', `"${"x".repeat(201)}"`, '""'])(
  "S17: what could not stand in a header is kept in no mark, and taken from none: %j",
  (etag) => {
    expect(readMark(writeMark({ pulls: etag, runs: '"ok"' }))).toEqual({ pulls: null, runs: '"ok"' });
    expect(readMark(JSON.stringify({ pulls: etag, runs: '"ok"' }))).toEqual({ pulls: null, runs: null });
  },
);
