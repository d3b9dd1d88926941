// Runs each submitted form once. Every answer gives its forms a new id. A request with a known id, from a double click
// or a retry after a lost answer, gets the first result, or waits for it. The log lives in memory. That is enough
// because an id is valid only on the server start that issued it; any other refuses it and says that the outcome is
// unknown.

import { createHash, randomBytes } from "node:crypto";
import type { ActionResult } from "../../app/runs/requests/run-actions.ts";
import { MINUTE_MS } from "../../core/values/durations.ts";
import type { Clock } from "../../ports/system/clock.ts";
import type { ActionName } from "../addresses/action-names.ts";
import type { Fields } from "../http/read-fields.ts";
import type { Performed } from "./confirmation.ts";

export type DoneAction = Extract<ActionResult, { kind: "done" }>;

/** A completed action. */
export type LoggedAction = {
  readonly done: DoneAction;
  /** Of its task; null if it concerns no single task. */
  readonly title: string | null;
  /** By the monotonic clock. */
  readonly atMs: number;
  readonly isUndone: boolean;
};

/** Retries come within seconds, an undo within a minute or two; an older page is reloaded first. */
export const LOG_KEPT_MS = 10 * MINUTE_MS;
/** A fast user clicks once a second. An entry takes a few KB at most. */
const LOG_ENTRIES_MAX = 1000;

/** An id: a prefix of the issuing server start, then random characters. */
const START_CHARACTERS = 8;
const OWN_CHARACTERS = 16;
/** What so many characters of base64 hold. */
const OWN_BYTES = (OWN_CHARACTERS * 6) / 8;
/** Every page takes an id, and asking the system for each is a tenth of what an unchanged page costs. */
const IDS_AT_ONCE = 256;
export const ACTION_ID_CHARACTERS = START_CHARACTERS + 1 + OWN_CHARACTERS;

/** Fields that describe the request, not what it does. */
const ENVELOPE: ReadonlySet<string> = new Set(["token", "back", "action_id"]);

type Entry = {
  readonly startedAtMs: number;
  readonly result: Promise<Performed>;
  logged: LoggedAction | null;
};

export class ActionLog {
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #start = randomText(START_CHARACTERS);
  /** For the next ids. */
  #random = Buffer.alloc(0);
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Pick<Clock, "monotonicMs">) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#entries.size;
  }

  newId(): string {
    if (this.#random.length === 0) this.#random = randomBytes(OWN_BYTES * IDS_AT_ONCE);
    const own = this.#random.subarray(0, OWN_BYTES).toString("base64url");
    this.#random = this.#random.subarray(OWN_BYTES);
    return `${this.#start}.${own}`;
  }

  /** Whether this server start issued it. The page's script also creates ids, with the prefix it was given. */
  isOwnId(id: string): boolean {
    return id.length === ACTION_ID_CHARACTERS && id.startsWith(`${this.#start}.`) && /^[\w.-]+$/.test(id);
  }

  /**
   * Runs an action, or returns its earlier result. Only completed actions are kept: a refusal changed nothing, so a
   * retry is safe and may succeed. The same holds after an undo.
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

  /** The completed action with this reference; null if there is none or it has expired. */
  find(ref: string): LoggedAction | null {
    this.#prune();
    return this.#entries.get(ref)?.logged ?? null;
  }

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

  /** Drops the oldest entries, but none in progress. */
  #prune(): void {
    const keptFromMs = this.#clock.monotonicMs() - LOG_KEPT_MS;
    for (const [ref, { startedAtMs, logged }] of this.#entries) {
      if (startedAtMs >= keptFromMs && this.#entries.size < LOG_ENTRIES_MAX) break;
      if (logged !== null) this.#entries.delete(ref);
    }
  }
}

/**
 * The action's reference, used in the address of the result page and for undo. All forms of a page share one id, so the
 * form's fields are part of it.
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
