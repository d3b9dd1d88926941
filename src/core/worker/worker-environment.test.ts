import { expect, test } from "vitest";
import { inheritedByRun, OUTER_PROGRAMS, withoutOuterPrograms } from "./worker-environment.ts";

const set = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, "x"]));

test.each([
  [
    "git hook",
    ["GIT_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_EXEC_PATH", "GIT_EDITOR", "GIT_REFLOG_ACTION"],
  ],
  [
    "git -C, git -c",
    ["GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0"],
  ],
  [
    "objects",
    ["GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH", "GIT_NAMESPACE"],
  ],
  [
    "git as asked",
    ["GIT_EXTERNAL_DIFF", "GIT_SEQUENCE_EDITOR", "GIT_CEILING_DIRECTORIES", "GIT_LITERAL_PATHSPECS"],
  ],
  ["one commit", ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"]],
  ["a git to come", ["GIT_SOMETHING_NEW", "GIT_SSHX"]],
  ["shell", ["PWD", "OLDPWD", "CDPATH", "SHELLOPTS"]],
  ["make", ["MAKEFLAGS", "MAKELEVEL", "MFLAGS"]],
  [
    "npm",
    ["npm_config_registry", "npm_package_name", "NPM_CONFIG_PREFIX", "INIT_CWD", "PNPM_SCRIPT_SRC_DIR"],
  ],
  ["Cargo", ["CARGO", "CARGO_MANIFEST_DIR", "CARGO_PKG_NAME"]],
  ["Node", ["NODE_CHANNEL_FD", "NODE_CHANNEL_SERIALIZATION_MODE", "NODE_UNIQUE_ID", "NODE_V8_COVERAGE"]],
  ["an environment that is switched on", ["VIRTUAL_ENV", "DIRENV_DIFF", "__MISE_DIFF"]],
  ["an outer agent", ["CLAUDECODE", "CLAUDE_CODE_ENTRYPOINT"]],
])("W1: what the outer program says of itself does not reach a run: %s", (_program, names) => {
  expect(withoutOuterPrograms(set(...names, "HOME"))).toEqual({ HOME: "x" });
});

test("W1: who commits, how a remote is reached, and settings of the user stay", () => {
  const kept = set(
    ...["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"],
    ...[
      "GIT_SSH",
      "GIT_SSH_COMMAND",
      "GIT_SSL_CAINFO",
      "GIT_ASKPASS",
      "GIT_CONFIG_GLOBAL",
      "GIT_CONFIG_NOSYSTEM",
    ],
    ...["NODE_OPTIONS", "NODE_EXTRA_CA_CERTS", "CARGO_HOME", "CARGO_TARGET_DIR", "BASH_ENV", "DIRENV_CONFIG"],
    ...["CLAUDE_CODE_OAUTH_TOKEN", "PATH", "TASKS_DISPATCH_ATTEMPTS"],
  );
  expect(inheritedByRun(kept)).toEqual(kept);
});

test("W1: in a commit hook the author is that of the outer commit, and not of the worker's", () => {
  const hook = set("GIT_INDEX_FILE", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME");
  expect(withoutOuterPrograms(hook)).toEqual(set("GIT_COMMITTER_NAME"));
});

test("an outer run, and the token of a server, do not reach a run", () => {
  const ours = set("TASKS_REPO", "TASKS_SUPERVISOR", "TASKS_RUN", "TASKS_EPOCH", "TASKS_SLUG", "TASKS_TOKEN");
  expect(inheritedByRun({ ...ours, GONE: undefined, HOME: "x" })).toEqual({ HOME: "x" });
});

test("each list says in words what it holds", () => {
  for (const { variables, words } of OUTER_PROGRAMS)
    for (const [, name = ""] of words.split(", except")[0]?.matchAll(/`(\w+)`/g) ?? [])
      expect(name).toMatch(variables);
});
