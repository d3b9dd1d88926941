// What happened to a pull request, in order: its events, and among them its commits and reviews.

import { actorNode, dateTime, type Node } from "./node.ts";
import type { LocalEvent, LocalPullRequest } from "./records.ts";

/** Of these types (`READY_FOR_REVIEW_EVENT`), or all. */
export function timelineNodes(
  pull: LocalPullRequest,
  { itemTypes, since }: { readonly itemTypes?: readonly string[] | null; readonly since?: string | null },
): readonly Node[] {
  const all = [
    ...pull.events.map((event) => ({ atMs: event.atMs, node: eventNode(event) })),
    ...pull.commits.map(({ oid, committedAtMs, pushedAtMs }) => ({
      atMs: pushedAtMs,
      node: { __typename: "PullRequestCommit", commit: { oid, committedDate: dateTime(committedAtMs) } },
    })),
    ...pull.reviews.map(({ author, state, submittedAtMs }) => ({
      atMs: submittedAtMs,
      node: {
        ...{ __typename: "PullRequestReview", author: actorNode(author), state: state.toUpperCase() },
        submittedAt: dateTime(submittedAtMs),
      },
    })),
  ];
  const wanted = itemTypes && new Set(itemTypes);
  return all
    .filter(({ node }) => !wanted || wanted.has(itemType(node.__typename)))
    .filter(({ atMs }) => since == null || atMs >= Date.parse(since))
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ node }) => node);
}

function eventNode({ type, actor, atMs, reviewer, before, after }: LocalEvent) {
  return {
    __typename: type,
    createdAt: dateTime(atMs),
    actor: actorNode(actor),
    ...(reviewer !== undefined && { requestedReviewer: reviewerNode(reviewer) }),
    ...(before !== undefined && { beforeCommit: { oid: before } }),
    ...(after !== undefined && { afterCommit: { oid: after } }),
  };
}

/** A user, a bot, or a team. */
export function reviewerNode(reviewer: string): Node | null {
  if (!reviewer.startsWith("team/")) return actorNode(reviewer);
  const slug = reviewer.slice("team/".length);
  return { __typename: "Team", name: slug, slug };
}

/** `ReadyForReviewEvent` is asked for as `READY_FOR_REVIEW_EVENT`. */
function itemType(typeName: string): string {
  return typeName.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}
