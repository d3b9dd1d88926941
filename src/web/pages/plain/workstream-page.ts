// A workstream: its file and its tasks, in the order of the status page.

import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { statusLink } from "../../addresses/links.ts";
import { type Frame, renderFramed } from "../frame/frame.ts";
import { renderNamedList } from "./named-list.ts";

export type WorkstreamPage = Frame & { readonly slug: string; readonly rows: readonly TaskRow[] };

export function renderWorkstreamPage(page: WorkstreamPage): string {
  const { slug, snapshot } = page;
  const known = snapshot.workstreams.find((workstream) => workstream.slug === slug);
  return renderFramed(page, {
    title: known?.title ?? slug,
    current: null,
    main: renderNamedList({
      frame: page,
      kind: "Workstream",
      slug,
      title: known?.title ?? slug,
      facts: [["Owner", known?.owner ?? null]],
      file: known?.file ?? null,
      statusHref: statusLink({ workstream: slug }),
      rows: page.rows,
    }),
  });
}
