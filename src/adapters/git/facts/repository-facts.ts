// Branch, commit, default branch and one sentence about what is unusual (R18), from files of the git folder.

import { realpathSync } from "node:fs";
import { join } from "node:path";
import type { RepositoryFacts } from "../../../ports/git/git-facts.ts";
import { describeFileError, errorCode } from "../../file-system/file-error.ts";
import { look } from "../../file-system/read-small-file.ts";
import { findGitFolder, type GitFolder, usesReftable } from "./git-folder.ts";
import { beginSentence, findOperation, readRebasedBranch } from "./git-operation.ts";
import { type Head, readDefaultBranch, readHead, shortRef } from "./refs.ts";

const NOTHING_KNOWN = { branch: null, commit: null, default_branch: null } as const;

/** Never throws: an unreadable repository is `failing` with the reason. */
export function readRepositoryFacts(root: string): RepositoryFacts {
  try {
    const search = findGitFolder(realpathSync.native(root));
    switch (search.kind) {
      case "found":
        return readFacts(search.folder);
      case "dangling":
        return failing("The file .git names a git folder that is gone; try `git worktree repair`.");
      case "none":
        return {
          ...NOTHING_KNOWN,
          git: "none",
          notice: "This folder is in no git repository: changes are dated from when they were first seen.",
        };
    }
  } catch (error) {
    return failing(
      errorCode(error) === "ENOENT"
        ? "The repository folder is gone."
        : `The git folder cannot be read: ${describeFileError(error)}.`,
    );
  }
}

function readFacts(folder: GitFolder): RepositoryFacts {
  if (usesReftable(folder.common)) {
    return {
      ...NOTHING_KNOWN,
      git: "ok",
      notice: "Branch and commit are not shown: this repository keeps them in a reftable, which is not read.",
    };
  }
  const head = readHead(folder);
  if (head.kind === "unreadable") return failing("The git folder has no readable HEAD.");
  return {
    branch: head.kind === "branch" ? shortRef(head.ref) : readRebasedBranch(folder.own),
    commit: head.commit,
    default_branch: readDefaultBranch(folder.common),
    git: "ok",
    notice: inProgress(folder) ?? unusualHead(head) ?? unusualPlace(folder),
  };
}

function failing(notice: string): RepositoryFacts {
  return { ...NOTHING_KNOWN, git: "failing", notice };
}

function inProgress({ own }: GitFolder): string | null {
  const operation = findOperation(own);
  return (
    operation && `${beginSentence(operation)}: the files are those of the moment, not of a finished branch.`
  );
}

function unusualHead(head: Head): string | null {
  if (head.kind === "detached") return "HEAD is detached: a commit is checked out, not a branch.";
  return head.kind === "branch" && head.commit === null ? "This repository has no commits yet." : null;
}

function unusualPlace({ place, common }: GitFolder): string | null {
  if (place === "bare") return "This is a bare repository: git checks out no files in it.";
  if (look(join(common, "shallow")) !== null) {
    return "This is a shallow clone: changes before its first commit have no date.";
  }
  if (place === "submodule") return "This is a submodule of another repository.";
  return place === "worktree" ? "This is a linked worktree, not the repository's main one." : null;
}
