// The product with one real agent as its worker: a repository with a task, `tasks worker use`, `tasks serve`, and the model
// that the agent asks.

import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, onTestFinished } from "vitest";
import type { RunRecord } from "../../../src/cli/print/run-record.ts";
import type { TimedEvent } from "../../../src/core/agent/contract/agent-event.ts";
import type { AgentKind, Permissions } from "../../../src/core/agent/contract/agent-kind.ts";
import { runTasks, runTasksJson, serveTasks, type TasksResult } from "../../e2e/tasks-process.ts";
import { taskPath, taskText } from "../../support/app-world.ts";
import { createRepository, GIT_TEST_ENVIRONMENT, temporaryFolder } from "../../support/git-repository.ts";
import { agentEnvironment } from "../drive/agent-environment.ts";
import type { AgentKind as RealAgent } from "../drive/agent-kind.ts";
import { AGENTS_FOLDER, nativeFile } from "../drive/native-file.ts";
import { type ModelServer, startModel } from "../model/model-server.ts";
import type { Call, Step } from "../model/steps.ts";
import { shell } from "../model/steps.ts";

export const TASK = "the-task";

export type ServedAgent = {
  readonly root: string;
  /** The task's worktree. */
  readonly worktree: string;
  readonly model: ModelServer;
  readonly tasks: (...words: readonly string[]) => Promise<TasksResult>;
  readonly kickoff: () => Promise<void>;
  /** The newest run of the task, once it is so. */
  readonly until: (isSo: (run: RunRecord) => boolean, limitMs?: number) => Promise<RunRecord>;
  readonly limits: () => Promise<AccountLimits>;
  readonly events: () => Promise<readonly TimedEvent[]>;
  /** The events, once one of them fits. */
  readonly eventsOnce: (fits: (event: TimedEvent) => boolean) => Promise<readonly TimedEvent[]>;
  /** Bodies of the model's requests, as text. */
  readonly asked: () => readonly string[];
  /** Ends the agent itself, as the machine could; its supervisor lives on. */
  readonly killAgent: () => void;
};

/** Claude names the time of a limit's reset to those who log in with a subscription. */
export const SUBSCRIPTION = { ANTHROPIC_API_KEY: "", CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-local-test" };

/** `tasks limits`, as far as tests read it. */
export type AccountLimits = {
  readonly pauses: readonly {
    readonly scope: { readonly kind: string };
    readonly cause: string;
    readonly waiting: readonly string[];
    readonly until: string | null;
  }[];
};

/** Back in the queue after it has been at work; a run that has not yet started waits there too. */
export const isBack = ({ state, attempt }: RunRecord) => state === "queued" && attempt > 0;

export type ServedAgentOptions = {
  readonly agent: RealAgent;
  readonly kind: AgentKind;
  readonly script: readonly Step[];
  /** Without it, what `worker use` writes. */
  readonly permissions?: Permissions;
  /** Settings of the worker, written into the repository's file in place of `worker use`. */
  readonly worker?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
};

/** One test drives a server for as long as it takes. */
const SERVER_LIMIT_MS = 180_000;
const UNTIL_MS = 60_000;

export async function serveAgent({
  agent,
  kind,
  script,
  permissions,
  worker,
  env = {},
}: ServedAgentOptions): Promise<ServedAgent> {
  const home = temporaryFolder("agent-home");
  const { root, write, commit } = createRepository();
  const worktree = join(root, ".worktrees", TASK);
  const model = await startModel(script, worktree);
  onTestFinished(() => model.stop());
  const options = {
    cwd: root,
    env: {
      ...GIT_TEST_ENVIRONMENT,
      GIT_AUTHOR_NAME: "Dave",
      GIT_AUTHOR_EMAIL: "dave@example.test",
      GIT_COMMITTER_NAME: "Dave",
      GIT_COMMITTER_EMAIL: "dave@example.test",
      ...agentEnvironment(agent, { home, port: model.port }),
      ...env,
      USER: "dave",
      PATH: [join(AGENTS_FOLDER, "node_modules/.bin"), process.env["PATH"]].join(delimiter),
    },
  };
  const tasks = (...words: readonly string[]) => runTasks(words, options);
  const workers = worker === undefined ? "" : `workers: ${JSON.stringify({ default: "own", own: worker })}\n`;
  write("tasks/config.yaml", `dispatch:\n  retry_first_s: 0.1\n${workers}`);
  write(".gitignore", ".worktrees/\n.tasks/\n");
  write(taskPath(TASK), taskText({ title: "The word is heron" }));
  if (worker === undefined) await used(tasks, { agent, kind, permissions });
  // The quick retries of this test, too.
  expect(await tasks("trust", "--yes")).toMatchObject({ code: 0 });
  commit("tasks");
  await serveTasks([], { ...options, limitMs: SERVER_LIMIT_MS });
  // A test that fails midway leaves an agent at work, in a repository that is removed next.
  onTestFinished(async () => {
    await tasks("stop", TASK);
  });

  const run = async () => {
    const { runs } = await runTasksJson<{ runs: RunRecord[] }>(["runs", TASK, "--limit", "1"], options);
    return runs[0];
  };
  const events = async () => {
    const { stdout } = await tasks("logs", TASK, "--json", "--lines", "1000");
    return stdout.split("\n").filter(Boolean).map(parseEvent);
  };
  return {
    root,
    worktree,
    model,
    tasks,
    kickoff: async () => {
      expect(await tasks("kickoff", TASK)).toMatchObject({ code: 0 });
    },
    asked: () => model.requests.map(({ body }) => JSON.stringify(body)),
    events,
    eventsOnce: async (fits) => {
      const some = async () => (await events()).some(fits);
      await expect.poll(some, { timeout: UNTIL_MS, interval: 300 }).toBe(true);
      return await events();
    },
    limits: () => runTasksJson<AccountLimits>(["limits"], options),
    until: async (isSo, limitMs = UNTIL_MS) => {
      let last: RunRecord | undefined;
      const seen = async () => {
        last = await run();
        return last !== undefined && isSo(last);
      };
      await expect
        .poll(seen, { timeout: limitMs, interval: 300 })
        .toBe(true)
        .catch(async (error) => {
          throw new Error(
            `The run is ${JSON.stringify(last)}\n${(await tasks("logs", TASK, "--raw")).stdout.slice(-3000)}`,
            { cause: error },
          );
        });
      if (last === undefined) throw new Error("There is no run.");
      return last;
    },
    killAgent: () => {
      const pids = agentsIn(worktree, nativeFile(agent));
      expect(pids).not.toEqual([]);
      for (const pid of pids) process.kill(pid, "SIGKILL");
    },
  };
}

type Use = Pick<ServedAgentOptions, "agent" | "kind"> & { readonly permissions: Permissions | undefined };

/** As a person would. */
async function used(tasks: ServedAgent["tasks"], { agent, kind, permissions }: Use): Promise<void> {
  const model = agent === "gemini" ? ["--model", "gemini-2.5-pro"] : [];
  const mode = permissions === undefined ? [] : ["--permissions", permissions];
  const result = await tasks("worker", "use", kind.name, ...mode, ...model);
  expect(result).toMatchObject({ code: 0 });
}

/** What a script lets the agent say through the agents' door: by `tasks`, or where its sandbox shuts that, by `tasks mcp`. */
export function door(kind: AgentKind, permissions: Permissions = kind.permissionsDefault) {
  const isClosed = kind.name === "codex" && permissions !== "full";
  const call = (tool: string, input: object, words: string): Call =>
    isClosed ? { kind: "mcp", server: "tasks", tool, input } : shell(`tasks ${tool} ${words}`);
  return {
    report: (progress: string) => call("report", { progress }, `--progress '${progress}'`),
    ask: (question: string, ...choices: readonly string[]) =>
      call(
        "ask",
        { question, choices },
        `'${question}' ${choices.map((choice) => `--choice ${choice}`).join(" ")}`,
      ),
    finish: (note: string) => call("finish", { outcome: "done", note }, `--outcome done --note '${note}'`),
  };
}

/** Its newest request carries what was said in its first attempt, and each start had the same session. */
export async function expectOneSession(served: ServedAgent): Promise<void> {
  const sessions = (await served.events()).flatMap((event) => (event.kind === "session" ? [event.id] : []));
  expect(new Set(sessions).size).toBe(1);
  for (const earlier of ["The word is heron", "I look."]) expect(served.asked().at(-1)).toContain(earlier);
}

function parseEvent(line: string): TimedEvent {
  return JSON.parse(line);
}

/** Processes of this program at work in the folder. */
function agentsIn(folder: string, program: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const words = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
        return readlinkSync(`/proc/${name}/cwd`) === folder && words.slice(0, 3).includes(program);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Waits for a file that a tool of the script makes. */
export async function untilFile(path: string): Promise<void> {
  await expect.poll(() => existsSync(path), { timeout: UNTIL_MS }).toBe(true);
}
