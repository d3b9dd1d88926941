// A tree of tasks whose pull requests lie on a local GitHub: for tests of the whole program.

import { onTestFinished } from "vitest";
import { runTasks, runTasksJson, serveTasks, startTasks } from "../e2e/tasks-process.ts";
import { type LocalGitHub, startLocalGitHub } from "../local-github/local-github.ts";
import type { LocalRepository } from "../local-github/records.ts";
import { taskPath, taskText } from "./app-world.ts";
import { createRepository, GIT_TEST_ENVIRONMENT, type TestRepository } from "./git-repository.ts";
import { trustRepository } from "./trust.ts";

export type HostedTree = TestRepository & {
  readonly github: LocalGitHub;
  readonly hosted: LocalRepository;
  readonly environment: Readonly<Record<string, string>>;
  tasks(...words: readonly string[]): ReturnType<typeof runTasks>;
  json<T>(...words: readonly string[]): Promise<T>;
  start(...words: readonly string[]): ReturnType<typeof startTasks>;
  serve(...words: readonly string[]): ReturnType<typeof serveTasks>;
};

const NAME = "acme/app";

export type HostedTreeOptions = {
  /** Front matter by slug. */
  readonly tasks: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Lines of tasks/config.yaml. */
  readonly config?: string;
  readonly environment?: Readonly<Record<string, string>>;
};

/** Committed, with a token; the repository is named by a setting. */
export async function createHostedTree({
  tasks,
  config = "",
  environment: overrides = {},
}: HostedTreeOptions): Promise<HostedTree> {
  const github = await startLocalGitHub();
  onTestFinished(() => github.close());
  const repository = createRepository();
  if (config !== "") repository.write("tasks/config.yaml", config);
  for (const [slug, fields] of Object.entries(tasks))
    repository.write(taskPath(slug), taskText({ title: slug, ...fields }));
  repository.commit("Tree");
  await trustRepository(repository.root);
  const environment = {
    ...GIT_TEST_ENVIRONMENT,
    HOME: repository.root,
    USER: "dave",
    GITHUB_TOKEN: github.token,
    TASKS_GITHUB_BASE_URL: github.url,
    TASKS_GITHUB_REPOSITORY: NAME,
    ...overrides,
  };
  const options = { cwd: repository.root, env: environment };
  return {
    ...repository,
    github,
    hosted: github.repository(NAME),
    environment,
    tasks: (...words) => runTasks(words, options),
    json: <T>(...words: readonly string[]) => runTasksJson<T>(words, options),
    start: (...words) => startTasks(words, options),
    serve: (...words) => serveTasks(words, options),
  };
}
