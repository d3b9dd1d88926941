import { expect, test } from "vitest";
import { wordsIn } from "../../scripts/words-to-avoid.ts";

test.each<[string, readonly string[]]>([
  ["// Somebody was told by the witness.", ["Somebody"]],
  ["const toldSource = 1;", ["told"]],
  ["const RUN_WISH = 1;", ["WISH"]],
  ["// by itself", ["by itself"]],
  ["// The gold standard of holding on.", []],
  ["`witness` // words-ok: a stored key", []],
])("Q2: %j has %j", (line, words) => {
  expect(wordsIn(line)).toEqual(words);
});
