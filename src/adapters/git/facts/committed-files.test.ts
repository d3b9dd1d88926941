import { expect, test } from "vitest";
import {
  createRepository,
  GIT_TEST_ENVIRONMENT,
  temporaryFolder,
} from "../../../../test/support/git-repository.ts";
import type { RelativePath } from "../../../core/contract/task.ts";
import { runCommand } from "../../exec/run-command.ts";
import { createCommittedFiles } from "./committed-files.ts";

const PATH = "tasks/workstreams/infra/tasks/a.md" as RelativePath;
const NEVER = new AbortController().signal;
const place = (root: string) => ({ root, env: GIT_TEST_ENVIRONMENT, run: runCommand });

test("a text is committed when HEAD has just that at its path, whatever its line ends", async () => {
  const { root, commit, write } = createRepository({ [PATH]: "one\ntwo – ö\n" });
  commit("tasks");
  const committed = createCommittedFiles(place(root));
  expect(await committed.has(PATH, "one\ntwo – ö\n", NEVER)).toBe(true);
  expect(await committed.has(PATH, "one\r\ntwo – ö\r\n", NEVER)).toBe(true);
  expect(await committed.has(PATH, "one\n", NEVER)).toBe(false);
  // It is the commit that counts, not the file.
  write(PATH, "three\n");
  expect(await committed.has(PATH, "three\n", NEVER)).toBe(false);
  expect(await committed.has("tasks/new.md" as RelativePath, "x", NEVER)).toBe(false);
});

test("S17: a path is data, whatever it looks like", async () => {
  const odd = "tasks/workstreams/infra/tasks/--upload-pack=touch x;$(x).md" as RelativePath;
  const { root, commit } = createRepository({ [odd]: "text\n" });
  commit("tasks");
  expect(await createCommittedFiles(place(root)).has(odd, "text\n", NEVER)).toBe(true);
});

test("where git cannot tell, nothing is claimed", async () => {
  const committed = createCommittedFiles(place(temporaryFolder()));
  expect(await committed.has(PATH, "x", NEVER)).toBeNull();
});
