// Real agents that speak the Agent Client Protocol, as workers of kind `acp`, through the product.

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { acp } from "../../src/core/agent/acp/acp.ts";
import type { AgentKind as RealAgent } from "./drive/agent-kind.ts";
import { AGENTS_UNDER_TEST } from "./drive/agents-under-test.ts";
import { nativeFile } from "./drive/native-file.ts";
import { say, shell } from "./model/steps.ts";
import { door, serveAgent, TASK, untilFile } from "./product/served-agent.ts";

/** How each is started as an ACP agent. */
const COMMANDS: readonly (readonly [RealAgent, () => readonly string[]])[] = [
  ["gemini", () => ["gemini", "--acp", "-m", "gemini-2.5-pro"]],
  ["copilot", () => [nativeFile("copilot"), "--acp"]],
];
const UNDER_TEST = COMMANDS.filter(([agent]) => AGENTS_UNDER_TEST.some(([chosen]) => chosen === agent));
const { report, finish } = door(acp);

describe.each(UNDER_TEST)("K15: %s over ACP", (agent, command) => {
  const worker = { kind: "acp", command: command() };

  test("works, reports, and finishes; its tools and words are events", async () => {
    const served = await serveAgent({
      ...{ agent, kind: acp, worker: { ...worker, permissions: "full" } },
      script: [
        say("I look at it.", [report("reading the task")]),
        say("", [shell("git commit --allow-empty -qm 'Begin'")]),
        say("So.", [finish("looked at it")]),
        say("Done."),
      ],
    });
    await served.kickoff();
    const run = await served.until(({ outcome, state }) => outcome !== null && state === "exited");
    expect(run).toMatchObject({ outcome: { kind: "done", note: "looked at it" } });
    const events = await served.events();
    expect(events.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["session", "tool", "ended"]));
    expect(events).toContainEqual(
      expect.objectContaining({ kind: "message", text: expect.stringContaining("I look at it.") }),
    );
  });

  test("asks a person for what its mode does not permit, and continues once that is allowed", async () => {
    const served = await serveAgent({
      ...{ agent, kind: acp, worker: { ...worker, permissions: "edits" } },
      script: [
        say("I need this.", [shell("touch allowed.txt")]),
        say("So.", [finish("touched it")]),
        say("Done."),
      ],
    });
    await served.kickoff();
    const asked = await served.until(({ question }) => question !== null && question.answer === null);
    expect(asked.question?.text).toContain("touch allowed.txt");
    expect((await served.tasks("answer", TASK, "Allow")).code).toBe(0);
    await untilFile(join(served.worktree, "allowed.txt"));
    const run = await served.until(({ outcome, state }) => outcome !== null && state === "exited");
    expect(run).toMatchObject({ outcome: { note: "touched it" } });
  });
});
