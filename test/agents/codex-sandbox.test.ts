// What Codex can do by default, in its own sandbox: commit and report, and nothing outside of its worktree.

import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { codex } from "../../src/core/agent/codex/codex.ts";
import type { AgentEvent } from "../../src/core/agent/contract/agent-event.ts";
import { LineSplitter } from "../../src/core/agent/lines/line-splitter.ts";
import { agentOrder, agentSettings } from "../support/agent-talk.ts";
import { agentEnvironment } from "./drive/agent-environment.ts";
import { nativeFile } from "./drive/native-file.ts";
import { reportServer } from "./drive/report-server.ts";
import { makeScratch } from "./drive/scratch.ts";
import { startModel } from "./model/model-server.ts";
import { say, shell } from "./model/steps.ts";

// Only when Codex is among the agents that were asked for: another one's run has not installed it.
test.skipIf(process.env["TEST_AGENTS"]?.includes("codex") === false)(
  "K18: Codex commits and reports by default; `.tasks/`, the hooks and the repository's own files stay closed",
  async () => {
    const scratch = makeScratch();
    onTestFinished(scratch.remove);
    const { repo, home } = scratch;
    const worktree = join(repo, ".worktrees/w");
    execFileSync("git", ["-C", repo, "worktree", "add", "-q", "-b", "work", worktree], { stdio: "ignore" });
    const closed = [".tasks/x", ".git/hooks/x", ".git/config.x", ".git/worktrees/x", "x"].map((name) =>
      join(repo, name),
    );
    mkdirSync(join(repo, ".tasks"));
    const report = { kind: "mcp", server: "tasks", tool: "report", input: {} } as const;
    const model = await startModel(
      [
        say("I commit.", [shell("echo one > a.txt && git add a.txt && git commit -qm Second")]),
        say("I try.", [shell(closed.map((file) => `touch '${file}'`).join("; "))]),
        say("I report.", [report]),
        say("Done."),
      ],
      worktree,
    );
    onTestFinished(model.stop);

    const events = await turn({ repo, home, worktree, port: model.port });

    expect(events.at(-1)).toEqual({ kind: "ended", how: "completed" });
    const subject = execFileSync("git", ["-C", worktree, "log", "-1", "--format=%s"], { encoding: "utf8" });
    expect(subject.trim()).toBe("Second");
    expect(closed.filter((file) => existsSync(file))).toEqual([]);
    expect(readFileSync(join(repo, ".tasks/reported"), "utf8")).toBe("the-run");
  },
);

type Place = {
  readonly repo: string;
  readonly home: string;
  readonly worktree: string;
  readonly port: number;
};

/** One turn with the permissions that it has by default. */
async function turn({ repo, home, worktree, port }: Place): Promise<readonly AgentEvent[]> {
  const order = agentOrder(agentSettings({ kind: "codex", permissions: codex.permissionsDefault }), {
    program: nativeFile("codex"),
    worktree,
    git: { own: join(repo, ".git/worktrees/w"), common: join(repo, ".git") },
    tasksMcp: reportServer(join(repo, ".tasks/reported")),
    runVariables: { TASKS_RUN: "the-run" },
  });
  const { command, variables } = codex.launch(order);
  const env = { PATH: process.env["PATH"], ...agentEnvironment("codex", { home, port }), ...variables };
  const agent = spawn(order.program, command.slice(1), {
    cwd: worktree,
    env,
    stdio: ["pipe", "pipe", "ignore"],
  });
  onTestFinished(() => void agent.kill("SIGKILL"));
  const events: AgentEvent[] = [];
  const conversation = codex.converse(order, {
    send: (line) => void agent.stdin.write(`${line}\n`),
    event: (event) => {
      events.push(event);
      if (event.kind === "ended") agent.stdin.end();
    },
  });
  const lines = new LineSplitter(({ text }) => conversation.receive(text));
  agent.stdout.on("data", (bytes: Buffer) => lines.push(bytes));
  conversation.begin();
  await new Promise((closed) => agent.on("close", closed));
  return events;
}
