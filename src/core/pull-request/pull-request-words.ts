// The words for a pull request that lists, pages, `tasks prs`, `tasks why` and reasons share.

import type { Awaited, PullRequest } from "../contract/pull-request.ts";
import type { PullRequestView } from "../contract/pull-request-view.ts";
import type { MergeVerdict } from "./judge-merge.ts";

export const AWAITED_WORDS: Readonly<Record<Awaited, string>> = {
  you: "you",
  ci: "CI",
  github: "GitHub",
  worker: "its worker",
  author: "its author",
};

type Described = Pick<PullRequestView, "state" | "waits" | "merge" | "merged_by">;

/** "waits for you: review", "merged by dave", "merged into feature-a, not in main yet", "closed without merging". */
export function pullRequestWords({ state, waits, merge, merged_by: by }: Described): string {
  if (waits !== null) return `waits for ${AWAITED_WORDS[waits.for]}: ${waits.what}`;
  if (state !== "merged") return "closed without merging";
  if (merge !== null && merge.as !== "delivered") return merge.words;
  return by === null ? "merged" : `merged by ${by}`;
}

/** What happened to a merge, in words that follow "was", and what to do; null if nothing has to be done. */
export function mergeWords(
  merged: PullRequest,
  verdict: MergeVerdict,
): { readonly words: string; readonly hint: string | null } {
  switch (verdict.as) {
    case "delivered":
      return { words: "merged", hint: null };
    case "elsewhere": {
      const { by, base } = verdict;
      const words = `merged into ${merged.base}, not in ${base} yet`;
      if (by !== null)
        return { words: `${words}; #${by.number} would bring it there`, hint: `Merge #${by.number}.` };
      const hint = `No pull request from ${merged.base} is known. Open one, or complete the task once ${base} has its work.`;
      return { words, hint };
    }
    case "reverted": {
      const { by, base, restoredBy } = verdict;
      const words = `merged, then reverted by #${by.number}: its work is not in ${base}`;
      if (restoredBy !== null)
        return { words, hint: `Merge #${restoredBy.number} to bring it back, or kick the task off again.` };
      return { words, hint: "Kick the task off again, open another pull request, or cancel the task." };
    }
    case "earlier":
      return {
        words: `merged on ${dateOf(merged.mergedAtMs)}, before this task started (${dateOf(verdict.taskStartedMs)})`,
        hint: `It does not count. If it was this task's work, set pr_number: ${merged.number} in the file, or complete the task.`,
      };
    case "ambiguous": {
      const others = verdict.others.map(({ number, branch }) => `#${number} (${branch})`).join(", ");
      return {
        words: `merged, and so was ${others}: unclear which one is this task's`,
        hint: `None counts. Set pr_number in the file, or complete the task.`,
      };
    }
  }
}

function dateOf(atMs: number | null): string {
  return atMs === null ? "an unknown day" : new Date(atMs).toISOString().slice(0, 10);
}
