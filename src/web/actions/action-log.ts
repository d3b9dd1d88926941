// Each form is carried out once. It carries an id that is another one in every answer; a request that repeats one, the
// second press of a double click or a retry after a lost answer, gets the result of the first, and waits for it where
// that is still being worked on.
//
// The log lives in the memory of this server. That is enough because an id is good only where it was issued: another
// server and another start refuse it, and say that they do not know what became of it.

import { createHash, randomBytes } from "node:crypto";
import type { ActionResult } from "../../app/runs/requests/run-actions.ts";
import type { Clock } from "../../ports/system/clock.ts";
import type { ActionName } from "../addresses/action-names.ts";
import type { Fields } from "../http/read-fields.ts";
import type { Performed } from "./perform-action.ts";

export type DoneAction = Extract<ActionResult, { kind: "done" }>;

/** One action that was carried out. */
export type LoggedAction = {
  readonly done: DoneAction;
  /** Of the task it was about; null for what concerns no one task. */
  readonly title: string | null;
  /** By the monotonic clock. */
  readonly atMs: number;
  readonly isUndone: boolean;
};

/** A retry comes within seconds, an undo within a minute or two; a page left open longer is read again first. */
export const LOG_KEPT_MS = 10 * 60_000;
/** A person with a fast hand presses once a second. Each entry has a few KB at most. */
const LOG_ENTRIES_MAX = 1000;

/** What an id looks like: the start that issued it, then as much chance as nobody guesses. */
const START_CHARACTERS = 8;
const OWN_CHARACTERS = 16;
export const ACTION_ID_CHARACTERS = START_CHARACTERS + 1 + OWN_CHARACTERS;

/** Fields that say who sends a form and from where, not what it does. */
const ENVELOPE: ReadonlySet<string> = new Set(["token", "back", "action_id"]);

type Entry = {
  readonly startedAtMs: number;
  readonly result: Promise<Performed>;
  logged: LoggedAction | null;
};

export class ActionLog {
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #start = randomText(START_CHARACTERS);
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Pick<Clock, "monotonicMs">) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#entries.size;
  }

  newId(): string {
    return `${this.#start}.${randomText(OWN_CHARACTERS)}`;
  }

  /** Whether this start of the server issued it. The page's script makes ids too, with the start of those it was given. */
  isOwnId(id: string): boolean {
    return id.length === ACTION_ID_CHARACTERS && id.startsWith(`${this.#start}.`) && /^[\w.-]+$/.test(id);
  }

  /**
   * Carries an action out, or gives the result it had. Only what was done is remembered: a refusal changed nothing, so
   * asking again is safe and may meanwhile succeed. So is an action that was undone since.
   */
  once(ref: string, title: string | null, act: () => Promise<Performed>): Promise<Performed> {
    this.#prune();
    const known = this.#entries.get(ref);
    if (known !== undefined && known.logged?.isUndone !== true) return known.result;
    const entry: Entry = {
      startedAtMs: this.#clock.monotonicMs(),
      logged: null,
      result: act().then(
        (performed) => {
          this.#settle(ref, entry, performed, title);
          return performed;
        },
        (error: unknown) => {
          this.#forget(ref, entry);
          throw error;
        },
      ),
    };
    this.#entries.delete(ref);
    this.#entries.set(ref, entry);
    return entry.result;
  }

  /** What was done under this reference; null for nothing, and for what is too long ago. */
  find(ref: string): LoggedAction | null {
    this.#prune();
    return this.#entries.get(ref)?.logged ?? null;
  }

  /** How long ago something was done. */
  ageMs({ atMs }: LoggedAction): number {
    return this.#clock.monotonicMs() - atMs;
  }

  markUndone(ref: string): void {
    const entry = this.#entries.get(ref);
    if (entry?.logged) entry.logged = { ...entry.logged, isUndone: true };
  }

  #settle(ref: string, entry: Entry, performed: Performed, title: string | null): void {
    if (performed.kind === "done")
      entry.logged = { done: performed, title, atMs: this.#clock.monotonicMs(), isUndone: false };
    else this.#forget(ref, entry);
  }

  #forget(ref: string, entry: Entry): void {
    if (this.#entries.get(ref) === entry) this.#entries.delete(ref);
  }

  /** The oldest go first; one that is still being worked on stays. */
  #prune(): void {
    const keptFromMs = this.#clock.monotonicMs() - LOG_KEPT_MS;
    for (const [ref, { startedAtMs, logged }] of this.#entries) {
      if (startedAtMs >= keptFromMs && this.#entries.size < LOG_ENTRIES_MAX) break;
      if (logged !== null) this.#entries.delete(ref);
    }
  }
}

/**
 * What an action is called from then on: in the address of the page that shows its result, and when it is undone. All
 * forms of a page share one id, so what the form does is part of it.
 */
export function actionRef(name: ActionName, id: string, fields: Fields): string {
  const what = [...fields]
    .filter(([field]) => !ENVELOPE.has(field))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([id, name, what]))
    .digest("base64url")
    .slice(0, 22);
}

function randomText(characters: number): string {
  return randomBytes(characters).toString("base64url").slice(0, characters);
}
