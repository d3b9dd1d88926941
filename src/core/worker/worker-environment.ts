// What a worker finds in its environment: which run it is, so that `tasks report` and its kin need no arguments, and what it,
// its supervisor, a worktree hook and our own git inherit from the process that started `tasks`. A git hook, a git alias,
// `make` and `npm run` describe to their children where they are and how to behave. All of these start `tasks`, and a worker
// that inherits the description works in the wrong place. This is the only list of it.

import type { Run } from "../contract/run.ts";

/**
 * Shows that a worker is the one it says it is (attempt-proof.ts). Not called a secret, key or token, though it is one:
 * agents take variables with such names out of what their commands inherit.
 */
export const PROOF_VARIABLE = "TASKS_RUN_PROOF";

/** Every variable a supervisor sets, in the order of the docs. */
export const WORKER_VARIABLES = [
  "TASKS_SLUG",
  "TASKS_RUN",
  "TASKS_EPOCH",
  PROOF_VARIABLE,
  "TASKS_WORKTREE",
  "TASKS_PORT_BASE",
] as const;
type WorkerVariable = (typeof WORKER_VARIABLES)[number];

export type WorkerSurroundings = {
  /** Absolute. */
  readonly worktree: string;
  /** First port of the first block, and how many a block has. */
  readonly portBase: number;
  readonly portsPerRun: number;
};

/** The variables of a run, beside TASKS_REPO and the proof, which only a worker has. */
export function workerVariables(
  { key, id, epoch, portBlock, firstPort }: Pick<Run, "key" | "id" | "epoch" | "portBlock" | "firstPort">,
  { worktree, portBase, portsPerRun }: WorkerSurroundings,
): Readonly<Record<Exclude<WorkerVariable, typeof PROOF_VARIABLE>, string>> {
  return {
    TASKS_SLUG: key,
    TASKS_RUN: id,
    TASKS_EPOCH: String(epoch),
    TASKS_WORKTREE: worktree,
    TASKS_PORT_BASE: String(firstPort ?? portBase + (portBlock ?? 0) * portsPerRun),
  };
}

export type Environment = Readonly<Record<string, string | undefined>>;

type OuterProgram = {
  readonly program: string;
  readonly variables: RegExp;
  /** The same in words, for docs/workers.md. */
  readonly words: string;
};

/**
 * Everything git reads from its environment, except who commits, how a remote is reached, and which configuration files
 * of the user and of the machine count: nothing of that depends on a repository, and git itself never sets it.
 */
const GIT_STEERING =
  /^GIT_(?!(?:(?:AUTHOR|COMMITTER)_(?:NAME|EMAIL)|SSH|SSH_COMMAND|SSH_VARIANT|SSL_\w+|HTTP_\w+|PROXY_\w+|ASKPASS|TERMINAL_PROMPT|ALLOW_PROTOCOL|CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM)|LFS_SKIP_SMUDGE)$)/;

export const OUTER_PROGRAMS: readonly OuterProgram[] = [
  {
    program: "git",
    variables: GIT_STEERING,
    words:
      "`GIT_*`, except who commits (`GIT_AUTHOR_NAME`, `GIT_AUTHOR_EMAIL`, `GIT_COMMITTER_NAME`, `GIT_COMMITTER_EMAIL`), how a remote is reached (`GIT_SSH*`, `GIT_SSL_*`, `GIT_HTTP_*`, `GIT_PROXY_*`, `GIT_ASKPASS`, `GIT_TERMINAL_PROMPT`, `GIT_ALLOW_PROTOCOL`, `GIT_LFS_SKIP_SMUDGE`) and which configuration files count (`GIT_CONFIG_GLOBAL`, `GIT_CONFIG_SYSTEM`, `GIT_CONFIG_NOSYSTEM`). In a commit hook `GIT_AUTHOR_NAME` and `GIT_AUTHOR_EMAIL` are those of the commit being made, and go too",
  },
  {
    program: "shells",
    variables: /^(?:PWD|OLDPWD|CDPATH|SHELLOPTS|BASHOPTS|BASH_XTRACEFD)$/,
    words: "`PWD`, `OLDPWD`, `CDPATH`, `SHELLOPTS`, `BASHOPTS`, `BASH_XTRACEFD`",
  },
  {
    program: "make",
    variables:
      /^(?:MAKEFLAGS|MFLAGS|MAKELEVEL|MAKEFILES|MAKEOVERRIDES|MAKE_TERMOUT|MAKE_TERMERR|CARGO_MAKEFLAGS)$/,
    words:
      "`MAKEFLAGS`, `MFLAGS`, `MAKELEVEL`, `MAKEFILES`, `MAKEOVERRIDES`, `MAKE_TERMOUT`, `MAKE_TERMERR`, `CARGO_MAKEFLAGS`",
  },
  {
    program: "npm, pnpm, Yarn",
    variables: /^(?:npm_.*|INIT_CWD|PNPM_SCRIPT_SRC_DIR|PNPM_PACKAGE_NAME|PROJECT_CWD|BERRY_BIN_FOLDER)$/i,
    words:
      "`npm_*`, `INIT_CWD`, `PNPM_SCRIPT_SRC_DIR`, `PNPM_PACKAGE_NAME`, `PROJECT_CWD`, `BERRY_BIN_FOLDER`",
  },
  {
    program: "Cargo",
    variables:
      /^(?:CARGO|CARGO_(?:MANIFEST_DIR|MANIFEST_PATH|PRIMARY_PACKAGE|TARGET_TMPDIR|PKG_.*|BIN_.*|CRATE_NAME)|OUT_DIR)$/,
    words:
      "`CARGO`, `CARGO_MANIFEST_*`, `CARGO_PKG_*`, `CARGO_BIN_*`, `CARGO_CRATE_NAME`, `CARGO_PRIMARY_PACKAGE`, `CARGO_TARGET_TMPDIR`, `OUT_DIR`",
  },
  {
    program: "Node.js and its debuggers",
    variables:
      /^(?:NODE_CHANNEL_.*|NODE_UNIQUE_ID|NODE_V8_COVERAGE|NODE_TEST_CONTEXT|VSCODE_INSPECTOR_OPTIONS)$/,
    words:
      "`NODE_CHANNEL_*`, `NODE_UNIQUE_ID`, `NODE_V8_COVERAGE`, `NODE_TEST_CONTEXT`, `VSCODE_INSPECTOR_OPTIONS`",
  },
  {
    program: "Python environments",
    variables: /^(?:VIRTUAL_ENV|VIRTUAL_ENV_PROMPT|PIPENV_ACTIVE|POETRY_ACTIVE)$/,
    words: "`VIRTUAL_ENV`, `VIRTUAL_ENV_PROMPT`, `PIPENV_ACTIVE`, `POETRY_ACTIVE`",
  },
  {
    program: "direnv, mise",
    variables: /^(?:DIRENV_(?:DIR|FILE|DIFF|WATCHES)|__MISE_.*)$/,
    words: "`DIRENV_DIR`, `DIRENV_FILE`, `DIRENV_DIFF`, `DIRENV_WATCHES`, `__MISE_*`",
  },
  {
    program: "Claude Code",
    variables: /^(?:CLAUDECODE|CLAUDE_CODE_ENTRYPOINT|CLAUDE_CODE_SSE_PORT)$/,
    words: "`CLAUDECODE`, `CLAUDE_CODE_ENTRYPOINT`, `CLAUDE_CODE_SSE_PORT`",
  },
];

/** `git commit` names the author of the commit that is being made to its hooks, and its index: nothing else sets that. */
const COMMIT_HOOK_MARK = "GIT_INDEX_FILE";
const AUTHOR = ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"];

/** A run that is started inside another one (an agent that works on this very program) is a run of its own. */
const OF_AN_OUTER_RUN = ["TASKS_REPO", "TASKS_SUPERVISOR", ...WORKER_VARIABLES];
/** The token that gives access to the pages is not for workers. */
const SECRETS = ["TASKS_TOKEN"];

/** The environment without the variables by which an outer program says where it is, or how its children must behave. */
export function withoutOuterPrograms(environment: Environment): Record<string, string> {
  const isCommitHook = environment[COMMIT_HOOK_MARK] !== undefined;
  return keepVariables(environment, (name) => {
    if (isCommitHook && AUTHOR.includes(name)) return false;
    return !OUTER_PROGRAMS.some(({ variables }) => variables.test(name));
  });
}

/** What everything that is started for a run inherits: nothing of an outer program, an outer run, or a secret of ours. */
export function inheritedByRun(environment: Environment): Record<string, string> {
  const ours = new Set([...OF_AN_OUTER_RUN, ...SECRETS]);
  return keepVariables(withoutOuterPrograms(environment), (name) => !ours.has(name));
}

function keepVariables(environment: Environment, isKept: (name: string) => boolean): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment))
    if (value !== undefined && isKept(name)) kept[name] = value;
  return kept;
}
