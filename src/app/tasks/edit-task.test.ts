import { expect, test } from "vitest";
import { createMemoryTaskWriter } from "../../../test/memory/memory-task-writer.ts";
import { createMemoryTree } from "../../../test/memory/memory-tree.ts";
import { taskPath, taskText } from "../../../test/support/app-world.ts";
import type { RelativePath } from "../../core/contract/task.ts";
import { UserError } from "../../core/contract/user-error.ts";
import type { RewriteResult, TaskWriter } from "../../ports/tree/task-writer.ts";
import { createTaskFile, editTaskFile } from "./edit-task.ts";

const FILE = taskPath("fix-it") as RelativePath;

function world(text = taskText({ owner: "dave" })) {
  const tree = createMemoryTree({ [FILE]: text });
  return { tree, writer: createMemoryTaskWriter(tree) };
}

async function errorOf(work: Promise<unknown>): Promise<UserError> {
  const error = await work.catch((thrown: unknown) => thrown);
  if (error instanceof UserError) return error;
  throw new Error(`expected a UserError, got ${String(error)}`);
}

test("T1: the edits are in the file, everything else is as it was, and what changed is named", async () => {
  const { tree, writer } = world();
  const edits = [
    { kind: "text", key: "owner", text: "mia" },
    { kind: "text", key: "status", text: "ready" },
  ] as const;
  expect(await editTaskFile({ writer }, FILE, edits)).toEqual(["owner"]);
  const read = await tree.reader.read(FILE);
  expect(read).toMatchObject({ text: taskText({ owner: "mia" }) });
});

test("an edit that changes nothing writes nothing", async () => {
  const { tree, writer } = world();
  const counting = { ...writer, writes: 0 };
  const spy: TaskWriter = {
    ...writer,
    rewrite: async (path, change) => {
      const rewriting = await writer.rewrite(path, change);
      if (rewriting.kind === "written") counting.writes += 1;
      return rewriting;
    },
  };
  expect(await editTaskFile({ writer: spy }, FILE, [{ kind: "text", key: "owner", text: "dave" }])).toEqual(
    [],
  );
  expect(counting.writes).toBe(0);
  expect(await tree.reader.read(FILE)).toMatchObject({ text: taskText({ owner: "dave" }) });
});

test("C5: a refusal names file, line, cause and remedy", async () => {
  const { writer } = world(taskText({ owner: "*someone", x: "&someone y" }));
  const error = await errorOf(editTaskFile({ writer }, FILE, [{ kind: "text", key: "owner", text: "mia" }]));
  expect(error).toMatchObject({ code: "edit_refused", exitCode: 1, hint: "Change this line by hand." });
  expect(error.message).toMatch(
    /^tasks\/workstreams\/infra\/tasks\/fix-it\.md:5 was not changed\. .*an alias\.$/,
  );
});

test("T1: a file changed meanwhile is a conflict in which nothing is lost", async () => {
  const { tree, writer } = world();
  const plan = () => {
    tree.write(FILE, "theirs\n");
    return [{ kind: "text", key: "owner", text: "mia" }] as const;
  };
  const error = await errorOf(editTaskFile({ writer }, FILE, plan));
  expect(error).toMatchObject({ code: "task_changed", exitCode: 3 });
  expect(error.message).toContain("nothing is lost");
  expect(await tree.reader.read(FILE)).toMatchObject({ text: "theirs\n" });
});

test.each<[Exclude<RewriteResult, { kind: "written" | "left" }>, string, RegExp]>([
  [{ kind: "missing" }, "task_changed", /is not there any more/],
  [{ kind: "busy" }, "file_not_written", /another process is editing/],
  [{ kind: "refused", reason: "not_utf8" }, "edit_refused", /not UTF-8/],
  [{ kind: "refused", reason: "link" }, "edit_refused", /links are not followed/],
  [
    { kind: "failed", detail: "the disk is full (ENOSPC)", cause: new Error("ENOSPC") },
    "file_not_written",
    /the disk is full/,
  ],
])("C5: %j is reported with what happened and what to do", async (rewriting, code, message) => {
  const writer: TaskWriter = { ...world().writer, rewrite: async () => rewriting };
  const error = await errorOf(editTaskFile({ writer }, FILE, []));
  expect(error).toMatchObject({ code });
  expect(error.message).toMatch(message);
  expect(error.hint).toMatch(/\.$/);
});

test("T22: a new file never replaces one, and that is a refusal as of update", async () => {
  const { tree, writer } = world();
  const file = taskPath("new-one") as RelativePath;
  await createTaskFile({ writer }, { file, text: taskText() });
  const error = await errorOf(createTaskFile({ writer }, { file, text: "other\n" }));
  expect(error).toMatchObject({ code: "edit_refused", exitCode: 1 });
  expect(await tree.reader.read(file)).toMatchObject({ text: taskText() });
});
