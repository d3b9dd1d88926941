// A runner that the system keeps alive: what it is called, and what it starts. How a system learns that is in
// systemd-unit.ts and launch-agent.ts.

import { type Refusal, refusal } from "../contract/refusal.ts";

export type Service = {
  /** Unique on this machine: `dataface-tasks-app-1a2b3c4d`. Letters, digits and dashes. */
  readonly name: string;
  /** For people: the repository's name. */
  readonly title: string;
  /** The program's file, absolute, and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** Where programs are found, and the user's own folders; never a key or a token. */
  readonly environment: Readonly<Record<string, string>>;
};

/** What a service gets of the environment it is installed from. Every other variable may be a secret, or be of a shell. */
export const PASSED_ON = ["PATH", "TASKS_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"];

const NAME_LENGTH_MAX = 40;

/** `digest`: of the repository's path, so that two folders of one name differ. */
export function serviceName(repository: string, digest: string): string {
  const plain = repository
    .replace(/[^A-Za-z0-9]+/g, "-")
    .slice(0, NAME_LENGTH_MAX)
    .replace(/^-+|-+$/g, "")
    .toLowerCase();
  return ["dataface-tasks", plain, digest].filter((part) => part !== "").join("-");
}

/** A line of a unit or a plist for people: nothing in it can end the line or go on in the next one. */
export function titleLine({ title }: Pick<Service, "title">): string {
  return `Dataface Tasks: ${title.replace(/[\p{C}\p{Z}\\"%<>&]+/gu, " ").trim()}`;
}

/** Characters that neither a unit file nor XML can hold as they are; systemd reads quotes in a program's path wrongly. */
const UNUSABLE_IN_PROGRAM = /[\p{Cc}"'\\]/u;
const UNUSABLE = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u;

/** Why the service cannot be described to the system; null when it can. */
export function serviceProblem({ command, environment }: Service): Refusal | null {
  const [program, ...words] = command;
  const texts = [...words, ...Object.values(environment)];
  const bad = UNUSABLE_IN_PROGRAM.test(program) ? program : texts.find((text) => UNUSABLE.test(text));
  if (bad === undefined) return null;
  return refusal(
    `A service cannot be given ${JSON.stringify(bad)}: the system's files for services do not hold all of its characters.`,
    "Use a folder whose path has only printable characters.",
    "service_unavailable",
  );
}
