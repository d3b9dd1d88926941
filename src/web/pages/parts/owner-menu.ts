// Whose tasks the page shows, and links to everyone else's. Works without script.

import type { Snapshot } from "../../../core/contract/snapshot.ts";
import type { StatusQuery } from "../../addresses/status-query.ts";
import { statusUrl } from "../../addresses/status-query.ts";
import { attribute, type Html, html } from "../html/html.ts";

export const EVERYONE = "everyone";

/** People listed as links; a larger team gets a text field. Keeps the page small (P8). */
const LISTED_PEOPLE = 24;

export type OwnerMenu = {
  readonly snapshot: Pick<Snapshot, "owner" | "people" | "tasks">;
  readonly query: StatusQuery;
};

/** The menu at the end of the bar. */
export function renderOwnerMenu({ snapshot, query }: OwnerMenu): Html {
  const { name, resolved_from: from } = snapshot.owner;
  const link = (owner: string, label: string) => html`<li>
    <a href="${statusUrl({ ...query, owner, page: 1 })}"${attribute("aria-current", owner === name ? "true" : null)}>${label}</a></li>`;
  const people = snapshot.people.slice(0, LISTED_PEOPLE);
  return html`<details class="menu owner" id="owner-menu"><summary class="btn">
    Owner: <bdi class="who">${name}</bdi>${from === null || from === name ? null : html` <small class="from">from ${from}</small>`}</summary>
    <div class="panel"><ul>${link(EVERYONE, "everyone")}${people.map((person) => link(person.slug, personLabel(person)))}</ul>
    ${ownerForm(snapshot.people.length)}</div></details>`;
}

function personLabel(person: Snapshot["people"][number]): string {
  const roles = person.roles.length === 0 ? "" : `, ${person.roles.join(", ")}`;
  const name = person.name === person.slug ? "" : ` (${person.name})`;
  return `${person.slug}${name}${roles}`;
}

/** Without people files any owner is valid, so a name has to be typed. */
function ownerForm(people: number): Html | null {
  if (people > 0 && people <= LISTED_PEOPLE) return null;
  return html`<form action="/status" method="get" class="line">
    <label>Name <input name="owner" autocomplete="off" maxlength="200"></label>
    <button class="btn" type="submit">Show</button></form>`;
}
