// A milestone: its file, its target, and its tasks across all workstreams.

import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { statusLink } from "../../addresses/links.ts";
import { type Frame, renderFramed, timeOfFrame } from "../frame/frame.ts";
import { pastTargetWords } from "../parts/milestone-words.ts";
import { renderNamedList } from "./named-list.ts";

export type MilestonePage = Frame & { readonly slug: string; readonly rows: readonly TaskRow[] };

export function renderMilestonePage(page: MilestonePage): string {
  const { slug, snapshot } = page;
  const known = snapshot.milestones.find((milestone) => milestone.slug === slug);
  return renderFramed(page, {
    title: known?.title ?? slug,
    current: null,
    main: renderNamedList({
      frame: page,
      kind: "Milestone",
      slug,
      title: known?.title ?? slug,
      facts: [
        known?.past_target === true
          ? ["Late:", pastTargetWords(known.target, timeOfFrame(page))]
          : ["Target", known?.target ?? null],
      ],
      file: known?.file ?? null,
      statusHref: statusLink({ milestone: slug }),
      rows: page.rows,
    }),
  });
}
