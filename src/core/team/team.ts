// The team: people with the roles that route to them, and the canonical person for an owner as written in a file.

import type { ParsedPerson, ParsedRole } from "../contract/parsed-file.ts";
import type { Problem } from "../contract/problem.ts";
import { problem } from "../problems/problem-table.ts";
import { compareText } from "../text/compare-text.ts";
import { nearest } from "../text/nearest.ts";
import { type OwnerName, ownerNames, type Person, spelling } from "./owner-names.ts";

export type LinkedOwner = {
  /** Canonical person; as written if unknown or unchecked. */
  readonly owner: string | null;
  /** The alias or role in the file, if it is not the owner's slug. */
  readonly writtenAs: string | null;
  readonly state: "known" | "unknown" | "none" | "unchecked";
  /** The owner is a role that resolves to no person. */
  readonly unfilledRole: boolean;
  /** A suggestion for an unknown owner. */
  readonly meant: string | null;
};

export type Team = {
  /** False without people files: owners then stay as written. */
  readonly checked: boolean;
  /** In order of slug. */
  readonly people: readonly Person[];
  /** Problems between the files. */
  readonly problems: readonly Problem[];
  /** Returns the same object for the same input. */
  readonly ownerOf: (written: string | null) => LinkedOwner;
};

/** Longest chain from a role to a person: real chains have one or two roles, a cycle has no end. */
const ROLE_CHAIN_LIMIT = 10;

const NO_OWNER: LinkedOwner = {
  owner: null,
  writtenAs: null,
  state: "none",
  unfilledRole: false,
  meant: null,
};

/** Links people and roles. Never fails: whatever does not fit becomes a problem. */
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

/** Each role's person, if it resolves to one. */
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

/** Caches each spelling: ten thousand tasks have a handful of owners. */
function ownerLookup(
  checked: boolean,
  names: ReadonlyMap<string, OwnerName>,
  roleSpellings: ReadonlySet<string>,
): Team["ownerOf"] {
  const remembered = new Map<string, LinkedOwner>();
  return (written) => {
    if (written === null) return NO_OWNER;
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
      owner: written,
      writtenAs: null,
      state: "unknown",
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
    owner: written,
    writtenAs: null,
    state: "unchecked",
    unfilledRole: false,
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
