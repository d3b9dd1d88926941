// The adapter of the port Git: facts from files, dates from one `git log`.

import { realpathSync } from "node:fs";
import { join } from "node:path";
import type { Git } from "../../../ports/git/git-facts.ts";
import type { CommandResult, RunCommand } from "../../../ports/system/run-command.ts";
import { runCommand } from "../../exec/run-command.ts";
import { readSmallFile } from "../../file-system/read-small-file.ts";
import { readCommitDates } from "./commit-dates.ts";
import { findGitFolder } from "./git-folder.ts";
import { readRepositoryFacts } from "./repository-facts.ts";

/** `root` is the repository's absolute path; `env` is where git finds itself and its user's configuration. */
export function createGit(options: {
  readonly root: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly run?: RunCommand;
}): Git {
  const { root, env = process.env, run = runCommand } = options;
  /** Why the last `git log` failed; the facts repeat it, because they are what people see. */
  let complaint: string | null = null;

  return {
    facts() {
      const facts = readRepositoryFacts(root);
      if (facts.git !== "ok" || complaint === null) return facts;
      return { ...facts, git: "failing", notice: complaint };
    },
    async commitDates(signal, known = null) {
      const shallow = readShallow(root);
      if (shallow === null) return null;
      const answer = await readCommitDates({ root, env, run, signal }, { shallow, known });
      if (answer.kind === "aborted") return null;
      complaint = answer.kind === "failed" ? explainGitFailure(answer.result) : null;
      return answer.kind === "known" ? answer.dates : null;
    },
  };
}

/** The commits at which a shallow clone ends; null when there is no repository to ask. */
function readShallow(root: string): ReadonlySet<string> | null {
  try {
    const search = findGitFolder(realpathSync.native(root));
    if (search.kind !== "found") return null;
    return new Set(readSmallFile(join(search.folder.common, "shallow"))?.split("\n"));
  } catch {
    // `facts` says what is wrong with the folder.
    return null;
  }
}

function explainGitFailure(result: CommandResult): string {
  if (result.ending === "not_started")
    return "git is not installed or not on the PATH: changes are dated from when they were first seen.";
  if (/dubious ownership/.test(result.stderr))
    return 'git refuses this repository because another user owns it; if you trust it, run `git config --global --add safe.directory "$PWD"` in it.';
  return `The dates of changes are not known: ${result.message}`;
}
