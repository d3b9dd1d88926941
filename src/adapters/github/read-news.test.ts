import { expect, test } from "vitest";
import { readMark, writeMark } from "./read-news.ts";

const NONE = { pulls: null, runs: null, ranUntilMs: null };

test("comes back as it went", () => {
  const mark = { pulls: 'W/"abc"', runs: '"d+/=e"', ranUntilMs: 7 };
  expect(readMark(writeMark(mark))).toEqual(mark);
  expect(readMark(writeMark(NONE))).toEqual(NONE);
});

test.each([
  null,
  "",
  "{",
  "null",
  "[]",
  '"x"',
  '{"pulls":1,"runs":null}',
  '{"pulls":null,"runs":null}',
  '{"pulls":null,"runs":null,"ranUntilMs":"7"}',
])("a damaged mark is none: %j", (mark) => {
  expect(readMark(mark)).toEqual(NONE);
});

test.each(['W/"a\r\nX-Evil: 1"', '"a" "b"', "unquoted", '"n\u00e9e"', `"${"x".repeat(201)}"`, '""'])(
  "S17: what could not stand in a header is kept in no mark, and taken from none: %j",
  (etag) => {
    const mark = { ...NONE, pulls: etag, runs: '"ok"' };
    expect(readMark(writeMark(mark))).toEqual({ ...NONE, runs: '"ok"' });
    expect(readMark(JSON.stringify(mark))).toEqual(NONE);
  },
);
