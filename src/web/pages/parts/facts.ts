// Lists of named values. Text is isolated, because most of it is other people's.

import { type Html, html } from "../html/html.ts";
import { none } from "./task-cells.ts";

export type Fact = readonly [name: string, value: Html | string | null];

/** The facts beside a page. A missing value is a dash; a fact that does not apply is null. */
export function renderFacts(facts: readonly (Fact | null)[]): Html {
  return renderNamedFacts("Facts", facts);
}

export function renderNamedFacts(title: string, facts: readonly (Fact | null)[]): Html {
  const shown = facts.filter((fact) => fact !== null);
  return html`<section class="group"><h2>${title}</h2><dl class="facts">${shown.map(([name, value]) => renderFact(name, value ?? none()))}</dl></section>`;
}

/** Facts in a section, without those that have no value. */
export function renderKnownFacts(facts: readonly Fact[]): Html {
  return html`<dl class="facts inputs">${facts.map(([name, value]) => value !== null && renderFact(name, value))}</dl>`;
}

function renderFact(name: string, value: Html | string): Html {
  return html`<div><dt>${name}</dt><dd>${typeof value === "string" ? html`<bdi>${value}</bdi>` : value}</dd></div>`;
}
