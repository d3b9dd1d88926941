import { expect, test } from "vitest";
import { sampleEvents, sampleMessage, sampleTool } from "../../../test/support/sample-events.ts";
import { transcriptOf } from "../../core/agent/transcript/transcript.ts";
import { createOutput } from "./output.ts";
import { stepLines } from "./transcript-lines.ts";

const NOW_MS = new Date(2026, 2, 24, 12, 4, 31).getTime();
const sink = { write: () => true };
const style = createOutput({ stdout: sink, stderr: sink, environment: {} }).resultStyle;
const lines = (events: Parameters<typeof transcriptOf>[0]) =>
  transcriptOf(events).flatMap((step) => stepLines(step, { style, agent: "claude", nowMs: NOW_MS }));

test("K80: a transcript reads as what happened, in order", () => {
  expect(lines(sampleEvents(NOW_MS))).toEqual([
    "11:06:31  A new session began. opus-5-5",
    "11:07:31  claude: I look at how activity is loaded, then at the cache.",
    "11:08:31  3 tools: 2 reads, 1 search",
    "11:12:31  claude asks: Should the cache survive a change of the config file? (survive / drop it)",
    "11:24:31  mia: Drop it as a whole. Correct first, fast second. (delivered mid-turn)",
    "11:25:31  claude: Dropping the whole cache keeps the key small: `repo · head · config hash`. Next:",
    "          ",
    "          - read events only from the last kept offset,",
    "          - throw the file away when the hash differs.",
    "11:26:31  Edit  src/activity/cache.ts  +48 -12  0.3 s",
    "11:27:31  Run  npm run typecheck  exit 0  11.4 s",
    "11:28:31  Run  npm test -- activity  exit 1  41.0 s",
    "            FAIL test/activity/cache.test.ts > drops entries after 60 s",
    "            AssertionError: expected 3 entries, got 2",
    "11:34:31  Denied: Write /etc/hosts outside the worktree",
    "11:36:31  Usage limit until 11:52:31.",
    "11:52:31  The model did not answer (503): retry 3. overloaded",
    "11:53:31  thought: The test raced the real clock by 40 ms.",
    '11:55:31  Run  git commit -m "Expire entries by the fake clock"  exit 0  0.3 s',
    "12:00:31  Run  npm test  running",
  ]);
});

test("K80, S19: nothing that an agent says acts on a terminal, and the end of a long output is what is shown", () => {
  const at = { atMs: NOW_MS, attempt: 1 };
  const evil = "a\u001B[2Jb\u202Ec";
  const output = Array.from({ length: 30 }, (_, line) => `line ${line} ${evil}`).join("\n");
  const printed = lines([
    { ...at, ...sampleMessage(evil, evil) },
    { ...at, ...sampleTool({ input: evil, state: "failed", exitCode: 1, output }) },
    { ...at, kind: "unparsed", line: evil, why: evil },
  ]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be printed
  expect(printed.join("\n")).not.toMatch(/[\u001B\u202E]/);
  expect(printed).toContain("            … 18 lines before");
  expect(printed.at(-3)).toContain("line 29");
});
