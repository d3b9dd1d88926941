// What a task depends on, and what it blocks.

import type { Snapshot, TaskRow } from "../../../core/contract/snapshot.ts";
import { counted } from "../../../core/text/counted.ts";
import { taskUrl } from "../../addresses/links.ts";
import { type Html, html } from "../html/html.ts";
import { groupTag, type TagTone, tag } from "../html/tags.ts";

type Dependency = TaskRow["dependencies"][number];

/** Tasks listed per direction. */
const SHOWN = 50;

const STATE_TAGS: Readonly<Record<Dependency["state"], readonly [TagTone, string, string]>> = {
  finished: ["ok", "completed", "✓"],
  unfinished: ["info", "unfinished", "◔"],
  cancelled: ["bad", "cancelled", "✕"],
  missing: ["bad", "missing", "?"],
  ambiguous: ["bad", "ambiguous", "?"],
};

export function renderDependencies(row: TaskRow, { tasks }: Pick<Snapshot, "tasks">): Html | null {
  const { dependencies, dependents } = row;
  if (dependencies.length + dependents.length === 0) return null;
  const wanted = new Set([...dependencies.map(({ key }) => key), ...dependents]);
  const rowByKey = new Map(tasks.filter(({ key }) => wanted.has(key)).map((task) => [task.key, task]));
  return html`<section class="group"><h2>Dependencies</h2>
    ${dependencies.length > 0 && html`<h3>Depends on</h3><ul class="entries">${cut(dependencies, (one) => renderDependency(one, rowByKey))}</ul>`}
    ${dependents.length > 0 && html`<h3>Blocks</h3><ul class="entries">${cut(dependents, (key) => renderDependent(key, rowByKey))}</ul>`}</section>`;
}

type Rows = ReadonlyMap<string, TaskRow>;

function renderDependency({ key, reference, state, candidates }: Dependency, rows: Rows): Html {
  const name = key === null ? html`<bdi class="slug">${reference}</bdi>` : taskLink(key, rows);
  const hint =
    candidates.length === 0
      ? null
      : html`; ${state === "ambiguous" ? "it could be" : "did you mean"} ${candidates.map((candidate, index) => html`${index > 0 && ", "}${taskLink(candidate, rows)}`)}`;
  return html`<li>${tag(...STATE_TAGS[state])} ${name}${hint}</li>`;
}

function renderDependent(key: string, rows: Rows): Html {
  const dependent = rows.get(key);
  return html`<li>${dependent && html`${groupTag(dependent.group)} `}${taskLink(key, rows)}</li>`;
}

function taskLink(key: string, rows: Rows): Html {
  return html`<a dir="auto" href="${taskUrl(key)}">${rows.get(key)?.title ?? key}</a> <bdi class="slug">${key}</bdi>`;
}

function cut<Item>(items: readonly Item[], render: (item: Item) => Html): Html {
  const more = items.length - SHOWN;
  return html`${items.slice(0, SHOWN).map(render)}${more > 0 && html`<li>and ${counted(more, "more task")}</li>`}`;
}
