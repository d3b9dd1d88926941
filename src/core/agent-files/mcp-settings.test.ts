import fc from "fast-check";
import { expect, test } from "vitest";
import { rounds } from "../../../test/support/rounds.ts";
import { putServer, takeServer } from "./mcp-settings.ts";

const SERVER = { command: "tasks", args: ["mcp"] };

function textOf(edited: ReturnType<typeof putServer>): string | null {
  return edited.kind === "edited" ? edited.text : expect.fail(edited.message);
}

test.each([
  [
    "a server on lines of its own",
    '{\n\t"mcpServers": {\n\t\t"house": { "command": "house" }\n\t}\n}\n',
    '{\n\t"mcpServers": {\n\t\t"house": { "command": "house" },\n\t\t"tasks": { "command": "tasks", "args": ["mcp"] }\n\t}\n}\n',
  ],
  [
    "all on one line",
    '{"mcpServers":{"house":{"command":"h"}}}',
    '{"mcpServers":{"house":{"command":"h"}, "tasks": { "command": "tasks", "args": ["mcp"] }}}',
  ],
  [
    "no servers",
    '{\n  "inputs": []\n}\n',
    '{\n  "inputs": [],\n  "mcpServers": { "tasks": { "command": "tasks", "args": ["mcp"] } }\n}\n',
  ],
  ["an empty object", "{}", '{ "mcpServers": { "tasks": { "command": "tasks", "args": ["mcp"] } } }'],
])("K64: the server is added, and the rest keeps its layout: %s", (_, before, after) => {
  expect(textOf(putServer(before))).toBe(after);
  expect(textOf(takeServer(after))).toBe(before);
  expect(textOf(putServer(after))).toBe(after);
});

test("K64: a new file is made, and removed again as long as nothing else is in it", () => {
  const made = textOf(putServer(null)) ?? "";
  expect(JSON.parse(made)).toEqual({ mcpServers: { tasks: SERVER } });
  expect(textOf(takeServer(made))).toBeNull();
});

test.each([
  ["another server of that name", '{"mcpServers":{"tasks":{"command":"other"}}}'],
  ["not JSON", '{ // servers\n "mcpServers": {} }'],
  ["a list", "[]"],
  ["servers that are no object", '{"mcpServers":[]}'],
  ["no servers at all, said so", '{"mcpServers":null}'],
  ["a key twice", '{"mcpServers":{},"mcpServers":{}}'],
  ["nothing", ""],
])("K64: %s is refused, and uninstall leaves it alone", (_, text) => {
  expect(putServer(text).kind).toBe("refused");
  expect(textOf(takeServer(text))).toBe(text);
});

/** Without \ and ": once V8 has read a key \\, it may read the key \" as that one (Node 26). Such a file is refused. */
const stringUnit = fc.constantFrom(..."abü漢:,{}[]#-? \t/");
const other = fc.oneof(fc.constantFrom("house", "mcpServers"), fc.string({ unit: stringUnit, maxLength: 8 }));
const json = fc.jsonValue({ maxDepth: 2, stringUnit });
const layouts = fc.constantFrom(undefined, 1, 2, 4, "\t");

test("K64: whatever else is in the file and however it is laid out, only our server comes and goes", () => {
  fc.assert(
    fc.property(
      fc.dictionary(other, json),
      fc.option(fc.dictionary(other, json, { minKeys: 1 })),
      layouts,
      (rest, servers, layout) => {
        const { mcpServers: _, ...others } = rest;
        const value = servers === null ? others : { ...others, mcpServers: servers };
        const before = JSON.stringify(value, null, layout);
        const after = textOf(putServer(before)) ?? "";
        const written = JSON.parse(before);
        const wanted = { ...written, mcpServers: { ...written.mcpServers, tasks: SERVER } };
        expect(JSON.parse(after)).toEqual(wanted);
        expect(textOf(takeServer(after))).toBe(before);
      },
    ),
    { numRuns: rounds({ short: 150, full: 2_000 }) },
  );
});

test("K64: any text gives a text or a refusal", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(["edited", "refused"]).toContain(putServer(text).kind);
      expect(takeServer(text).kind).toBe("edited");
    }),
    { numRuns: rounds({ short: 150, full: 2_000 }) },
  );
});
