import { describe, expect, test } from "vitest";
import { addToScript, hookLine, otherInterpreter, takeFromScript } from "./hook-script.ts";

const LINE = hookLine({ command: ["tasks"], treeFolder: "" });

test("the line as it stands in a hook", () => {
  expect(LINE).toMatchInlineSnapshot(
    `"[ "\${3-1}" = 0 ] || (trap '' HUP; tasks reconcile --from-hook --repo "$PWD" </dev/null >/dev/null 2>&1 &)"`,
  );
});

test("S17: a path with anything in it is one word of the line", () => {
  const line = hookLine({ command: ["/opt/it's here/node", "/a b/$(x).js"], treeFolder: "sub; rm -rf" });
  expect(line).toContain(
    `'/opt/it'\\''s here/node' '/a b/$(x).js' reconcile --from-hook --repo "$PWD"/'sub; rm -rf' </dev/null`,
  );
});

test("a new hook", () => {
  expect(addToScript(null, "LINE")).toMatchInlineSnapshot(`
    "#!/bin/sh
    # tasks: begin (written by \`tasks hooks install\`; \`tasks hooks uninstall\` takes it out)
    LINE
    # tasks: end
    "
  `);
});

describe("what is there stays as it is, below our lines, and comes back when they are taken out", () => {
  test.each([
    "#!/bin/sh\nset -e\necho mine\nexit 0\n",
    "#!/usr/bin/env bash\n\n# no line feed at the end\necho mine",
    "echo no first line\n",
    "#!/bin/sh\r\necho windows\r\n",
    "",
  ])("%j", (script) => {
    const added = addToScript(script, LINE);
    expect(added?.endsWith(script.replace(/^#![^\n]*\n/, ""))).toBe(true);
    expect(added?.startsWith(/^#![^\n]*\n/.exec(script)?.[0] ?? "# tasks: begin")).toBe(true);
    expect(takeFromScript(added ?? "")).toBe(script);
    expect(addToScript(added, LINE)).toBe(added);
  });

  test("a first line that is all there is", () => {
    expect(takeFromScript(addToScript("#!/bin/sh", LINE) ?? "")).toBe("#!/bin/sh\n");
  });
});

test("other lines of ours are replaced, wherever somebody has moved them", () => {
  const moved =
    "#!/bin/sh\necho mine\n# tasks: begin (of an earlier version)\nold\n# tasks: end\necho more\n";
  expect(addToScript(moved, "new")).toBe(addToScript("#!/bin/sh\necho mine\necho more\n", "new"));
});

test("a beginning without its end is nothing to guess about", () => {
  const damaged = "#!/bin/sh\n# tasks: begin\necho mine\n";
  expect(takeFromScript(damaged)).toBeNull();
  expect(addToScript(damaged, LINE)).toBeNull();
});

test.each([
  ["#!/bin/sh\n", null],
  ["#!/bin/sh -e\n", null],
  ["#! /bin/bash\n", null],
  ["#!/usr/bin/env bash\n", null],
  ["#!/usr/bin/env -S FOO=1 zsh -f\n", null],
  ["#!/usr/local/bin/dash", null],
  ["echo x\n", null],
  ["", null],
  ["#!/usr/bin/env node\n", "node"],
  ["#!/usr/bin/python3\n", "python3"],
  ["#!/usr/bin/env -S deno run\n", "deno"],
  ["#!/usr/bin/fish\n", "fish"],
  ["#!\n", ""],
])("%j is run by another program than a shell: %j", (script, expected) => {
  expect(otherInterpreter(script)).toBe(expected);
});
