// Shown when several files share a slug.

import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { counted } from "../../../core/text/counted.ts";
import { type Frame, renderFramed, timeOfFrame } from "../frame/frame.ts";
import { html } from "../html/html.ts";
import { renderTaskList } from "../parts/task-list.ts";

export type AmbiguousTaskPage = Frame & { readonly slug: string; readonly rows: readonly TaskRow[] };

export function renderAmbiguousTaskPage(page: AmbiguousTaskPage): string {
  const { slug, rows } = page;
  return renderFramed(page, {
    title: slug,
    current: null,
    main: html`<div class="page-head"><h1>${counted(rows.length, "task")} are called <bdi>${slug}</bdi></h1>
      <p class="aside">Files in different workstreams share this name. Rename one so links work.</p></div>
      ${renderTaskList({ caption: `Tasks called ${slug}`, rows, time: timeOfFrame(page), empty: "" })}`,
  });
}
