import { beforeAll, describe, expect, test } from "vitest";
import { createMemoryClock } from "../../../test/memory/memory-clock.ts";
import { createTestWorld, taskPath, taskText } from "../../../test/support/app-world.ts";
import { runOnce } from "../../app/one-shot/run-once.ts";
import { loadConfig } from "../../config/load.ts";
import { UserError } from "../../core/contract/user-error.ts";
import type { RepositoryContext } from "../contract/command.ts";
import { explainTask, findTask } from "./find-task.ts";

/** Counts the calls of each method of a port. */
function counting<Port extends object>(port: Port, calls: Map<string, number>): Port {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        calls.set(String(name), (calls.get(String(name)) ?? 0) + 1);
        return member.apply(target, args);
      };
    },
  });
}

type Counted = { readonly context: RepositoryContext; readonly calls: Map<string, number> };

/** A published tree of `count` tasks, each depending on the one before it, as a command meets it. */
async function publishedTree(count: number): Promise<Counted> {
  const texts: Record<string, string> = {};
  for (let n = 0; n < count; n++) {
    const fields = { id: `M1-INFRA-${n}`, ...(n > 0 && { dependencies: `[task-${n - 1}]` }) };
    texts[taskPath(`task-${n}`)] = taskText(fields);
  }
  texts[taskPath("twin", "a")] = taskText();
  texts[taskPath("twin", "b")] = taskText();
  const clock = createMemoryClock();
  const { world, tree } = createTestWorld({ clock, texts });
  await runOnce(world, { files: "when_published" });
  const calls = new Map<string, number>();
  const store = counting({ ...world.store, close: async () => {} }, calls);
  const context = {
    system: {
      clock,
      version: world.version,
      openStore: async () => store,
      openSnapshotFiles: async () => world.snapshotFiles,
      openWorkerSlots: async () => ({ countElsewhere: () => 0 }),
      openPrograms: async () => ({ has: () => true, stamp: () => null }),
      openTreeFiles: async () => counting(tree.files, calls),
      openTreeReader: async () => counting(tree.reader, calls),
      openGit: async () => world.git,
      openLog: async () => world.log,
      describeHolder: async () => world.holder,
      openProcessProbe: async () => world.processProbe,
    },
    output: { progress: () => {} },
    root: "/app",
    loaded: await loadConfig({ fileText: null, environment: {}, flags: [] }),
    signal: new AbortController().signal,
  } as unknown as RepositoryContext;
  return { context, calls };
}

describe("P11: one task costs the same however many there are", () => {
  const cost = async (count: number, look: (context: RepositoryContext) => Promise<unknown>) => {
    const { context, calls } = await publishedTree(count);
    await look(context);
    return Object.fromEntries([...calls].sort());
  };

  test.each([
    ["show", (context: RepositoryContext) => findTask(context, "task-5")],
    ["why", (context: RepositoryContext) => explainTask(context, "task-5")],
  ])("%s reads the same few rows and the one file among 10 tasks and among 1,000", async (_, look) => {
    const few = await cost(10, look);
    expect(few).toEqual(await cost(1_000, look));
    expect(few["read"]).toBe(1);
    for (const wholesale of ["list", "readRows", "readIndex", "readTransitions"]) {
      expect(few, wholesale).not.toHaveProperty(wholesale);
    }
  });
});

describe("what a task may be called", () => {
  let tree: Counted;
  beforeAll(async () => {
    tree = await publishedTree(20);
  });

  test.each([["task-7"], ["M1-INFRA-7"], ["m1-infra-7"], ["infra/task-7"]])("%s", async (asked) => {
    expect((await findTask(tree.context, asked)).row.key).toBe("task-7");
  });

  test("the key of one of two with the same slug", async () => {
    expect((await findTask(tree.context, "b/twin")).row.file).toBe(taskPath("twin", "b"));
  });

  test.each<[string, Partial<UserError>]>([
    [
      "twin",
      { code: "task_ambiguous", message: expect.stringMatching(/2 tasks:\n {2}a\/twin .*\n {2}b\/twin /s) },
    ],
    ["tsak-7", { code: "task_unknown", hint: expect.stringContaining("Did you mean task-7?") }],
    ["something-else-entirely", { code: "task_unknown", hint: expect.stringMatching(/^"tasks list"/) }],
    ["__proto__", { code: "task_unknown" }],
  ])("C5: %s is an error that helps", async (asked, error) => {
    await expect(findTask(tree.context, asked)).rejects.toThrow(UserError);
    await expect(findTask(tree.context, asked)).rejects.toMatchObject(error);
  });
});

test("why explains from the rows of the dependencies", async () => {
  const { context } = await publishedTree(10);
  const { explanation } = await explainTask(context, "task-5");
  expect(explanation.group).toBe("waiting");
  expect(explanation.inputs).toContainEqual(
    expect.objectContaining({ name: "dependency task-4", value: "unfinished", since: expect.any(String) }),
  );
});
