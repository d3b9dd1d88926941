import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/git-repository.ts";
import type { CommandRequest, CommandResult } from "../../ports/system/run-command.ts";
import { runCommand } from "./run-command.ts";

/** Longer than any of these programs needs; a test that reaches it has failed. */
const LONG_MS = 15_000;
const SECRET = "hunter2";

describe("one record for every ending", () => {
  test("success", async () => {
    expect(await run(`process.stdout.write("out ü"); process.stderr.write("note")`)).toEqual({
      ok: true,
      ending: "exited",
      exitCode: 0,
      signalName: null,
      stdout: "out ü",
      stderr: "note",
      durationMs: expect.any(Number),
      message: "",
    });
  });

  test.each<[string, string, Partial<CommandRequest>, Partial<CommandResult>]>([
    [
      "exit code",
      `console.error("no  such\\nbranch"); process.exitCode = 3`,
      {},
      { ending: "exited", exitCode: 3, message: "node failed with exit code 3: no such branch" },
    ],
    [
      "exit code in silence",
      "process.exitCode = 1",
      {},
      { exitCode: 1, message: "node failed with exit code 1." },
    ],
    [
      "killed from outside",
      `process.kill(process.pid, "SIGKILL")`,
      {},
      { ending: "killed", exitCode: null, signalName: "SIGKILL", message: "node was ended by SIGKILL." },
    ],
    [
      "time is up",
      "setInterval(() => {}, 1000)",
      { timeoutMs: 100 },
      {
        ending: "timed_out",
        signalName: "SIGTERM",
        message: "node was stopped because it took longer than 100 ms.",
      },
    ],
    [
      "too much on stdout",
      `process.stdout.write("x".repeat(5000)); setInterval(() => {}, 1000)`,
      { outputBytesMax: 1000 },
      { ending: "output_too_large" },
    ],
    [
      "too much on stderr",
      `process.stderr.write("x".repeat(5000)); setInterval(() => {}, 1000)`,
      { outputBytesMax: 1000 },
      { ending: "output_too_large" },
    ],
    [
      "no such program",
      "",
      { program: "no-such-program-anywhere" },
      {
        ending: "not_started",
        message: "no-such-program-anywhere could not be started: no such program.",
      },
    ],
    ["no such folder", "", { cwd: "/no/such/folder" }, { ending: "not_started" }],
    [
      "an argument that no program can get",
      "",
      { args: ["a\0b"] },
      { ending: "not_started", message: "node could not be started (ERR_INVALID_ARG_VALUE)." },
    ],
  ])("%s", async (_name, script, request, expected) => {
    expect(await run(script, request)).toMatchObject({ ok: false, ...expected });
  });

  test("aborted, before and while it runs", async () => {
    const before = await run("", { signal: AbortSignal.abort() });
    const during = await run("setInterval(() => {}, 1000)", { signal: AbortSignal.timeout(100) });
    for (const result of [before, during]) expect(result).toMatchObject({ ok: false, ending: "aborted" });
  });

  test("the reader of stdout has enough", async () => {
    const chunks: string[] = [];
    const result = await run(`setInterval(() => process.stdout.write("line\\n"), 1)`, {
      onStdout: (chunk) => {
        chunks.push(Buffer.from(chunk).toString());
        return chunks.join("").length > 50 ? "stop" : "more";
      },
    });
    expect(result).toMatchObject({ ok: true, ending: "stopped", stdout: "", message: "" });
    expect(chunks.join("")).toMatch(/^(line\n){10,}$/);
  });
});

describe("R6: nothing is left, and the promise settles", () => {
  test("a program that ignores SIGTERM", async () => {
    const result = await run(`process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)`, {
      timeoutMs: 300,
    });
    expect(result).toMatchObject({ ending: "timed_out", signalName: "SIGKILL" });
  });

  test.each<[string, string]>([
    ["in the same group", "false"],
    ["in a session of its own", "true"],
  ])("a grandchild %s is ended with the program", async (_name, detached) => {
    const pidFile = join(temporaryFolder(), "pid");
    const result = await run(
      `${grandchild(pidFile, detached)} process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)`,
      { timeoutMs: 1_000 },
    );
    expect(result.ending).toBe("timed_out");
    await expectGone(pidFile);
  });

  test("a grandchild that holds the pipe does not hold the promise, and is ended", async () => {
    const pidFile = join(temporaryFolder(), "pid");
    const result = await run(
      `${grandchild(pidFile, "false")} console.log("done"); setTimeout(() => process.exit(0), 300)`,
    );
    expect(result).toMatchObject({ ok: true, ending: "exited", stdout: "done\n" });
    expect(result.durationMs).toBeLessThan(LONG_MS);
    await expectGone(pidFile);
  });
});

describe("S17: no shell, no terminal, no inheritance", () => {
  test("arguments are data, whatever they look like", async () => {
    const args = ["$(touch x)", "; touch x", "`touch x`", "*", "a b", "--flag", "", "line\nfeed", "'\""];
    const cwd = temporaryFolder();
    const result = await run("console.log(JSON.stringify(process.argv.slice(1)))", { more: args, cwd });
    expect(JSON.parse(result.stdout)).toEqual(args);
    expect(existsSync(join(cwd, "x"))).toBe(false);
  });

  test("R8: stdin is closed, so a program that asks gets no answer and does not wait", async () => {
    const result = await run(`process.stdin.on("end", () => console.log("end")).resume()`);
    expect(result.stdout).toBe("end\n");
  });

  test("the environment is the one given and no other", async () => {
    const result = await run("console.log(JSON.stringify(process.env))", { env: { ONLY: "this" } });
    expect(JSON.parse(result.stdout)).toEqual({ ONLY: "this" });
  });
});

test("S20: a secret in what the program says is not in the message, also where it is cut", async () => {
  for (const padding of [0, 270]) {
    const script = `console.error("x".repeat(${padding}) + " https://dave:${SECRET}@example.com/app.git refused"); process.exitCode = 1`;
    const { message } = await run(script);
    expect(message).toContain("exit code 1");
    expect(message).not.toContain(SECRET);
    expect(message.length).toBeLessThan(400);
  }
});

test("many at once", async () => {
  const results = await Promise.all(Array.from({ length: 8 }, (_, index) => run(`console.log(${index})`)));
  expect(results.map(({ stdout }) => stdout.trim())).toEqual(["0", "1", "2", "3", "4", "5", "6", "7"]);
});

type Overrides = Partial<CommandRequest> & { readonly more?: readonly string[] };

function run(script: string, { more = [], ...request }: Overrides = {}): Promise<CommandResult> {
  return runCommand({
    program: "node",
    args: ["-e", script, "--", ...more],
    cwd: temporaryFolder(),
    // Only this folder: one that cannot be looked into would turn "no such program" into "permission denied".
    env: { PATH: dirname(process.execPath) },
    timeoutMs: LONG_MS,
    ...request,
  });
}

/** Script that starts a program which holds its parent's output and never ends, and writes down its pid. */
function grandchild(pidFile: string, detached: string): string {
  return `
    const child = require("node:child_process").spawn(
      process.execPath,
      ["-e", 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'],
      { stdio: "inherit", detached: ${detached} });
    require("node:fs").writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));`;
}

async function expectGone(pidFile: string): Promise<void> {
  const pid = Number(readFileSync(pidFile, "utf8"));
  for (let attempt = 0; attempt < 100 && isAlive(pid); attempt += 1) await sleep(20);
  expect(isAlive(pid)).toBe(false);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that ended but was not collected by its new parent yet is dead enough.
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}
