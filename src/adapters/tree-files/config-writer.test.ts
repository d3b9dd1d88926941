import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/git-repository.ts";
import { replaceConfigFile } from "./config-writer.ts";

function repository() {
  const root = temporaryFolder("tasks-config");
  mkdirSync(join(root, "tasks"));
  return { root, file: join(root, "tasks/config.yaml") };
}

test("a file is made where there is none, and replaced with its own mode where there is one", async () => {
  const { root, file } = repository();
  await replaceConfigFile({ root, before: null, after: "a\n" });
  chmodSync(file, 0o640);
  await replaceConfigFile({ root, before: "a\n", after: "b\n" });
  expect(readFileSync(file, "utf8")).toBe("b\n");
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(readdirSync(join(root, "tasks"))).toEqual(["config.yaml"]);
});

test("one that was written meanwhile stays as it is", async () => {
  const { root, file } = repository();
  writeFileSync(file, "theirs\n");
  const changed = { code: "task_changed", exitCode: 3 };
  await expect(replaceConfigFile({ root, before: null, after: "ours\n" })).rejects.toMatchObject(changed);
  await expect(replaceConfigFile({ root, before: "old\n", after: "ours\n" })).rejects.toMatchObject(changed);
  expect(readFileSync(file, "utf8")).toBe("theirs\n");
});

test("S10: links are not followed", async () => {
  const { root, file } = repository();
  writeFileSync(join(root, "outside.yaml"), "theirs\n");
  symlinkSync(join(root, "outside.yaml"), file);
  await expect(replaceConfigFile({ root, before: "theirs\n", after: "ours\n" })).rejects.toMatchObject({
    code: "file_not_written",
    message: expect.stringContaining("it is a link (ELOOP)"),
  });
  expect(readFileSync(join(root, "outside.yaml"), "utf8")).toBe("theirs\n");
});
