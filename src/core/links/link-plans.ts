// Team, workstreams, milestones and initiatives, for the snapshot's header and to check tasks against.

import type {
  ParsedFile,
  ParsedInitiativeDocument,
  ParsedMilestone,
  ParsedWorkstream,
} from "../contract/parsed-file.ts";
import type { Problem } from "../contract/problem.ts";
import type { SnapshotHeader } from "../contract/snapshot.ts";
import { linkTeam, type Team } from "../team/team.ts";
import { compareText } from "../text/compare-text.ts";
import { nearest } from "../text/nearest.ts";
import { strayProblems } from "../tree/stray-files.ts";
import type { Marks } from "./link-problems.ts";

export type PlanFile = Exclude<ParsedFile, { kind: "task" }>;

export type Plans = {
  /** The files that the plans were made from. */
  readonly files: readonly PlanFile[];
  readonly team: Team;
  readonly marks: Marks;
  readonly workstreams: SnapshotHeader["workstreams"];
  readonly milestones: readonly Omit<SnapshotHeader["milestones"][number], "past_target">[];
  readonly initiatives: SnapshotHeader["initiatives"];
  readonly problems: readonly Problem[];
};

/** Links files other than tasks; returns `previous` if none of them changed. */
export function linkPlans(files: readonly PlanFile[], previous: Plans | null): Plans {
  if (previous !== null && sameFiles(files, previous.files)) return previous;
  const team = linkTeam(ofKind(files, "person"), ofKind(files, "role"));
  const workstreams = ofKind(files, "workstream").map((file) => workstream(file, team));
  const milestones = ofKind(files, "milestone").map(milestone);
  const initiatives = initiativesOf(ofKind(files, "initiative"));
  return {
    files,
    team,
    marks: marksOf({ workstreams, milestones, initiatives }),
    workstreams: workstreams.sort(bySlug),
    milestones: milestones.sort(bySlug),
    initiatives,
    problems: [
      ...files.flatMap((file) => (file.kind === "stray" ? [] : file.problems)),
      ...strayProblems(ofKind(files, "stray")),
      ...team.problems,
    ].sort((a, b) => compareText(a.file, b.file)),
  };
}

function sameFiles(files: readonly PlanFile[], known: readonly PlanFile[]): boolean {
  return files.length === known.length && files.every((file, at) => file === known[at]);
}

function ofKind<K extends PlanFile["kind"]>(
  files: readonly PlanFile[],
  kind: K,
): Extract<PlanFile, { kind: K }>[] {
  return files.filter((file): file is Extract<PlanFile, { kind: K }> => file.kind === kind);
}

function workstream({ slug, title, file, owner }: ParsedWorkstream, team: Team) {
  return { slug, title: title ?? slug, file, owner: team.ownerOf(owner).owner };
}

function milestone({ slug, title, file, target }: ParsedMilestone) {
  return { slug, title: title ?? slug, file, target };
}

/** An initiative is a folder of documents; its spec names it, or else its first document. */
function initiativesOf(documents: readonly ParsedInitiativeDocument[]): SnapshotHeader["initiatives"] {
  const leading = new Map<string, ParsedInitiativeDocument>();
  for (const document of [...documents].sort((a, b) => compareText(a.file, b.file))) {
    const folder = `${document.workstream}/${document.slug}`;
    if (document.document === "spec" || !leading.has(folder)) leading.set(folder, document);
  }
  return [...leading.values()]
    .map(({ slug, title, file, workstream: lane }) => ({
      slug,
      title: title ?? slug,
      file,
      workstream: lane,
    }))
    .sort((a, b) => bySlug(a, b) || compareText(a.workstream, b.workstream));
}

type Named = readonly { readonly slug: string }[];

function marksOf(named: Readonly<Record<"workstreams" | "milestones" | "initiatives", Named>>): Marks {
  const known = {
    workstreams: slugs(named.workstreams),
    milestones: slugs(named.milestones),
    initiatives: slugs(named.initiatives),
  };
  const found = new Map<string, string | null>();
  return {
    ...known,
    near(kind, slug) {
      const asked = `${kind} ${slug}`;
      const before = found.get(asked);
      if (before !== undefined) return before;
      const near = nearest(slug, known[`${kind}s`]);
      found.set(asked, near);
      return near;
    },
  };
}

function slugs(named: readonly { readonly slug: string }[]): ReadonlySet<string> {
  return new Set(named.map(({ slug }) => slug));
}

function bySlug(a: { readonly slug: string }, b: { readonly slug: string }): number {
  return compareText(a.slug, b.slug);
}
