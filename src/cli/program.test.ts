import { describe, expect, test } from "vitest";
import { UserError } from "../core/contract/user-error.ts";
import { COMMAND_GROUPS, COMMAND_NAMES } from "./command-index.ts";
import { parseCommandLine } from "./program.ts";

async function parse(...words: readonly string[]) {
  let printed = "";
  const print = (text: string) => {
    printed += text;
  };
  const invocation = await parseCommandLine(words, { print, version: "1.2.3" });
  return { invocation, printed };
}

async function refusal(...words: readonly string[]): Promise<UserError> {
  const outcome = await parse(...words).catch((error: unknown) => error);
  if (outcome instanceof UserError) return outcome;
  throw new Error(`expected a UserError, got ${JSON.stringify(outcome)}`);
}

describe("what the words ask for", () => {
  test("flags by their long names, and only those that were typed", async () => {
    const { invocation } = await parse("serve", "--refresh-wait", "200", "--no-auth", "--owner=dave");
    expect(invocation).toMatchObject({
      name: "serve",
      flags: { "refresh-wait": "200", "no-auth": true, owner: "dave" },
      arguments: [],
    });
    expect(Object.keys(invocation?.flags ?? {})).toHaveLength(3);
  });

  test("an argument may stand before or after flags", async () => {
    expect((await parse("show", "--format", "json", "fix-it")).invocation?.arguments).toEqual(["fix-it"]);
    expect((await parse("show", "fix-it", "--format", "json")).invocation?.arguments).toEqual(["fix-it"]);
  });

  test.each([["--version"], ["-V"]])("%s prints the version", async (word) => {
    expect(await parse(word)).toEqual({ invocation: null, printed: "1.2.3" });
  });
});

describe("C1: help of every command shows an example", () => {
  test.each(COMMAND_NAMES)("%s", async (name) => {
    const { invocation, printed } = await parse(name, "--help");
    expect(invocation).toBeNull();
    expect(printed).toMatch(new RegExp(`Examples?:\\n {2}.*tasks ${name}`));
    expect((await parse("help", name)).printed).toBe(printed);
  });

  test("no words at all print the list of commands", async () => {
    const { printed } = await parse();
    for (const [name, [summary]] of Object.values(COMMAND_GROUPS).flatMap((group) => Object.entries(group)))
      expect(printed).toMatch(new RegExp(`^  ${name} .*${summary}`, "m"));
  });

  test("commands for our own processes are not shown", async () => {
    expect((await parse()).printed).not.toContain("supervise");
  });

  test("flags for our own processes are not shown", async () => {
    expect((await parse("run", "--help")).printed).not.toContain("kept");
    expect((await parse("run", "--kept")).invocation?.flags).toEqual({ kept: true });
  });
});

describe("C1: a wrong word is usage, and the nearest right one is named", () => {
  test.each<[readonly string[], string, string]>([
    [["lst"], 'There is no command "lst".', "Did you mean list?"],
    [["help", "lst"], 'There is no command "lst".', "Did you mean list?"],
    [["lst", "--help"], 'There is no command "lst".', "Did you mean list?"],
    [["frobnicate"], 'There is no command "frobnicate".', '"tasks --help" lists the commands.'],
    [["list", "--ownr", "dave"], "Unknown option '--ownr'.", "Did you mean --owner?"],
    [["serve", "--prot", "1"], "Unknown option '--prot'.", "Did you mean --port?"],
    [["--hepl"], "Unknown option '--hepl'.", "Did you mean --help?"],
    [["list", "--colour"], "Unknown option '--colour'.", '"tasks list --help" lists its flags.'],
    [["list", "--format", "xml"], "Allowed choices are text, json.", "lists its flags"],
    [["show"], "Missing required argument 'task'.", "lists its flags"],
    [["show", "a", "b"], "Too many arguments", "lists its flags"],
    [["serve", "--port"], "argument missing", "lists its flags"],
    [["\u001B[31m"], 'There is no command "\uFFFD[31m".', "lists the commands"],
  ])("%j", async (words, message, hint) => {
    const error = await refusal(...words);
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
    expect(error.exitCode).toBe(2);
  });
});
