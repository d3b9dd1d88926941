// The team as linking needs it: people with the roles that route to them, and from an owner as written in a file to
// the canonical person.

import type { ParsedPerson, ParsedRole } from "../contract/parsed-file.ts";
import type { Problem } from "../contract/problem.ts";
import { problem } from "../problems/problem-table.ts";
import { compareText } from "../text/compare-text.ts";
import { nearest } from "../text/nearest.ts";
import { type OwnerName, ownerNames, type Person } from "./owner-names.ts";
import { spelling } from "./spelling.ts";

export type LinkedOwner = {
  /** Canonical person; as written when unknown or unchecked. */
  readonly owner: string | null;
  /** The alias or role in the file, when it is not the owner's own slug. */
  readonly writtenAs: string | null;
  readonly state: "known" | "unknown" | "none" | "unchecked";
  /** True for an unknown owner that is a role which routes to nobody. */
  readonly unfilledRole: boolean;
  /** Who was probably meant, for an owner that means nobody here. */
  readonly meant: string | null;
};

export type Team = {
  /** False without people files: owners are then taken as written. */
  readonly checked: boolean;
  /** In order of slug. */
  readonly people: readonly Person[];
  /** Flaws that only show when the files are seen together. */
  readonly problems: readonly Problem[];
  /** Same input, same object, for as long as the team is the same. */
  readonly ownerOf: (written: string | null) => LinkedOwner;
};

/** Roles looked through on the way from a role to a person: real chains have one or two links, a circle has no end. */
const ROLE_CHAIN_LIMIT = 10;

const NOBODY: LinkedOwner = { owner: null, writtenAs: null, state: "none", unfilledRole: false, meant: null };

/** Links people and roles to each other. Never fails: what does not fit is a problem. */
export function linkTeam(parsedPeople: readonly ParsedPerson[], parsedRoles: readonly ParsedRole[]): Team {
  const bySlug = [...parsedPeople].sort((a, b) => compareText(a.slug, b.slug));
  const roles = [...parsedRoles].sort((a, b) => compareText(a.slug, b.slug));
  const withoutRoles = bySlug.map(({ slug, name, aliases }) => ({
    slug,
    name: name ?? slug,
    aliases: [...aliases],
    roles: [],
  }));
  const routes = routeRoles(roles, ownerNames(withoutRoles));
  const people = withoutRoles.map((person) => ({
    ...person,
    roles: roles.filter((role) => routes.get(role.slug) === person.slug).map((role) => role.slug),
  }));
  const checked = people.length > 0;
  return {
    checked,
    people,
    problems: checked ? [...sharedAliases(bySlug), ...unroutedRoles(roles, routes)] : [],
    ownerOf: ownerLookup(checked, ownerNames(people), new Set(roles.map((role) => spelling(role.slug)))),
  };
}

/** Each role's person; absent when it leads nowhere. */
function routeRoles(
  roles: readonly ParsedRole[],
  people: ReadonlyMap<string, OwnerName>,
): ReadonlyMap<string, string> {
  const bySpelling = new Map(roles.map((role) => [spelling(role.slug), role]));
  /** `filled_by`, else the owner; either may be a further role. */
  const personOf = (role: ParsedRole, visited: Set<ParsedRole>): string | null => {
    visited.add(role);
    for (const name of [role.filledBy, role.owner]) {
      if (name === null) continue;
      const person = people.get(spelling(name))?.person;
      if (person !== undefined) return person;
      const further = bySpelling.get(spelling(name));
      if (further === undefined || visited.has(further) || visited.size >= ROLE_CHAIN_LIMIT) continue;
      const found = personOf(further, visited);
      if (found !== null) return found;
    }
    return null;
  };
  const routes = new Map<string, string>();
  for (const role of roles) {
    const person = personOf(role, new Set());
    if (person !== null) routes.set(role.slug, person);
  }
  return routes;
}

/** Remembers each spelling met: ten thousand tasks are owned by a handful of names. */
function ownerLookup(
  checked: boolean,
  names: ReadonlyMap<string, OwnerName>,
  roleSpellings: ReadonlySet<string>,
): Team["ownerOf"] {
  const remembered = new Map<string, LinkedOwner>();
  return (written) => {
    if (written === null) return NOBODY;
    const known = remembered.get(written);
    if (known !== undefined) return known;
    const resolved = checked ? resolve(written, names, roleSpellings) : unchecked(written);
    remembered.set(written, resolved);
    return resolved;
  };
}

function resolve(
  written: string,
  names: ReadonlyMap<string, OwnerName>,
  roleSpellings: ReadonlySet<string>,
): LinkedOwner {
  const spelled = spelling(written);
  const found = names.get(spelled);
  if (found === undefined) {
    const meant = names.get(spelled.replace(/^@/, ""))?.person ?? nearest(spelled, names.keys());
    return {
      ...{ owner: written, writtenAs: null, state: "unknown" },
      unfilledRole: roleSpellings.has(spelled),
      meant: meant === null ? null : (names.get(meant)?.person ?? meant),
    };
  }
  const writtenAs = found.person === written ? null : written;
  return { owner: found.person, writtenAs, state: "known", unfilledRole: false, meant: null };
}

function unchecked(written: string): LinkedOwner {
  const meant = written.startsWith("@") ? written.slice(1).trim() : "";
  return {
    ...{ owner: written, writtenAs: null, state: "unchecked", unfilledRole: false },
    meant: meant === "" ? null : meant,
  };
}

function sharedAliases(people: readonly ParsedPerson[]): Problem[] {
  const holders = new Map<string, ParsedPerson>();
  const problems: Problem[] = [];
  for (const person of people) holders.set(spelling(person.slug), person);
  for (const person of people) {
    for (const [at, alias] of person.aliases.entries()) {
      const holder = holders.get(spelling(alias));
      if (holder === undefined) holders.set(spelling(alias), person);
      else if (holder !== person) problems.push(aliasTaken(person, at, holder));
    }
  }
  return problems;
}

function aliasTaken({ file, aliases, aliasLines }: ParsedPerson, at: number, holder: ParsedPerson): Problem {
  return problem(
    "alias_taken",
    { file, line: aliasLines[at] ?? null },
    { alias: aliases[at] ?? "", person: holder.slug, file: holder.file },
  );
}

function unroutedRoles(roles: readonly ParsedRole[], routes: ReadonlyMap<string, string>): Problem[] {
  return roles
    .filter((role) => !routes.has(role.slug) && (role.owner ?? role.filledBy) !== null)
    .map(({ file, slug, line }) => problem("role_unfilled", { file, line }, { role: slug }));
}
