import { describe, expect, test } from "vitest";
import { scanBody, TOP_OF_BODY } from "./scan-body.ts";

/** `heading ticked/total` of each section. */
function check(body: string, expected: readonly string[]): void {
  const { sections } = scanBody(body, 0, 1);
  expect(sections.map(({ heading, ticked, total }) => `${heading} ${ticked}/${total}`)).toEqual(expected);
}

describe("sections are the second-level headings", () => {
  test.each<[string, readonly string[]]>([
    ["## Plan\n## Notes of my own\n", ["Plan 0/0", "Notes of my own 0/0"]],
    ["## qa exploration\n## POSSIBLE SOLUTIONS ##\n", ["QA Exploration 0/0", "Possible Solutions 0/0"]],
    ["##  Plan \r\n##\tContext\n   ## Problem\n", ["Plan 0/0", "Context 0/0", "Problem 0/0"]],
    ["# Title\n### Deeper\n#### Deepest\n##Tight\n", []],
    ["    ## In indented code\n", []],
    ["## C#\n## #\n##\n", ["C# 0/0", " 0/0", " 0/0"]],
    ["text\n## Plan", ["Plan 0/0"]],
    ["", []],
  ])("%j", (body, expected) => check(body, expected));

  test("with their lines, counted from where the body begins", () => {
    const { sections } = scanBody("---\n---\nintro\n\n## A\n\n\n## B", 8, 3);
    expect(sections.map(({ line }) => line)).toEqual([5, 8]);
  });
});

describe("check boxes count for the section they stand in", () => {
  test.each<[string, readonly string[]]>([
    ["## Plan\n- [x] a\n- [ ] b\n* [X] c\n+ [ ] d\n1. [x] e\n2) [ ] f\n", ["Plan 3/6"]],
    ["## A\n- [x] a\n### A.1\n  - [ ] nested\n\t- [ ] tabbed\n## B\n- [ ] b\n", ["A 1/3", "B 0/1"]],
    ["- [x] early\n## A\n", [`${TOP_OF_BODY} 1/1`, "A 0/0"]],
    ["## A\n- [x]\n- [ ]\n- [x]\r\n", ["A 2/3"]],
    ["## A\n- [y] no\n- [] no\n- [xx] no\n- [x]no\n-[x] no\n[x] no\n1 [x] no\n- a [x] no\n", ["A 0/0"]],
    ["## A\n- [link](https://example.org)\n---\n- text\n", ["A 0/0"]],
  ])("%j", (body, expected) => check(body, expected));
});

describe("nothing inside fenced code or comments counts", () => {
  test.each<[string, readonly string[]]>([
    ["## A\n```\n- [ ] no\n## No\n```\n- [x] yes\n", ["A 1/1"]],
    ["## A\n````md\n```\n- [ ] no\n```\n````\n- [x] yes\n", ["A 1/1"]],
    ["## A\n~~~\n- [ ] no\n```\n~~~\n- [x] yes\n", ["A 1/1"]],
    ["## A\n- step\n  ```sh\n  - [ ] no\n  ```\n- [x] yes\n", ["A 1/1"]],
    ["## A\n``` inline ``` text\n- [x] yes\n", ["A 1/1"]],
    ["## A\n``\n- [x] yes\n", ["A 1/1"]],
    ["## A\n```\n- [ ] no, the fence never ends\n", ["A 0/0"]],
    ["## A\n```\n``` not the end\n- [ ] no\n```  \n- [x] yes\n", ["A 1/1"]],
    ["## A\n<!--\n- [ ] no\n## No\n-->\n- [x] yes\n", ["A 1/1"]],
    ["## A\n<!-- one line -->\n- [x] yes\n", ["A 1/1"]],
    ["## A\n<b>\n- [x] yes\n", ["A 1/1"]],
  ])("%j", (body, expected) => check(body, expected));
});

describe("the two gates are known by name", () => {
  test.each([
    ["- [x] QA exploration completed (or N/A for non-UI tasks)\n- [ ] Review cleared\n", "ticked", "open"],
    ["- [ ] qa Exploration completed\n- [X] **Review cleared** (by dave)\n", "open", "ticked"],
    ["- [x]  review  cleared.\r\n", "absent", "ticked"],
    ["- [x] `QA` exploration completed\n- [x] R**ev**iew cleared\n", "ticked", "ticked"],
    ["- [x] Q_A exploration completed_\n- [ ] Read the code\n- [ ] Quote\n", "ticked", "absent"],
    ["- [x] Review cleared\n- [ ] Review cleared\n- [x] Review cleared\n", "absent", "open"],
    [
      "- [x] Review cleared by all\n- [x] Requirements read\n- [x] Quick check\n- [x] other\n",
      "absent",
      "absent",
    ],
    ["Review cleared\n- Review cleared\n", "absent", "absent"],
    [`- [x] Review cleared ${" ".repeat(300)}\n`, "absent", "absent"],
  ])("%j", (body, qa_exploration, review_cleared) => {
    expect(scanBody(body, 0, 1).gates).toEqual({ qa_exploration, review_cleared });
  });

  test("open ones with their lines", () => {
    const { openGates } = scanBody("\n- [ ] Review cleared\n\n- [ ] Review cleared\n", 0, 1);
    expect(openGates).toEqual([
      { gate: "review_cleared", line: 2, mark: null },
      { gate: "review_cleared", line: 4, mark: null },
    ]);
  });
});

describe("T10: boxes with other marks are counted honestly", () => {
  test.each([
    ["/", { ticked: 0, dropped: 0, total: 1 }],
    [">", { ticked: 0, dropped: 0, total: 1 }],
    ["<", { ticked: 0, dropped: 0, total: 1 }],
    ["?", { ticked: 0, dropped: 0, total: 1 }],
    ["!", { ticked: 0, dropped: 0, total: 1 }],
    ["-", { ticked: 0, dropped: 1, total: 1 }],
    ["~", { ticked: 0, dropped: 1, total: 1 }],
    ["x", { ticked: 1, dropped: 0, total: 1 }],
    ["1", { ticked: 0, dropped: 0, total: 0 }],
    ["a", { ticked: 0, dropped: 0, total: 0 }],
  ])("[%s]", (mark, counts) => {
    const { sections } = scanBody(`## Plan\n- [${mark}] Write it\n`, 0, 1);
    expect(sections).toMatchObject([counts]);
  });
});

test.each(["-", "~", "/", ">", "?", "✓", "1"])("T11: a gate marked [%s] is open, not absent", (mark) => {
  const { gates, openGates } = scanBody(`- [${mark}] Review cleared\n`, 0, 1);
  expect(gates).toEqual({ qa_exploration: "absent", review_cleared: "open" });
  expect(openGates).toEqual([{ gate: "review_cleared", line: 1, mark }]);
});
