// From publications to notifications: what is news goes into the outbox, and the sender sends it. Belongs to the runner that
// leads; called after a cycle, and never awaited by one.

import type { TaskRow } from "../../core/contract/snapshot.ts";
import { NO_PACE, type Pace, paceNews } from "../../core/notify/burst.ts";
import { type KnownNeeds, type NeedNews, needsOf, restoreNeeds, stepNeeds } from "../../core/notify/needs.ts";
import {
  type Surroundings,
  wordsOfBurst,
  wordsOfDigest,
  wordsOfNews,
} from "../../core/notify/notification-text.ts";
import { channelsOf, type Message, toNotifications } from "../../core/notify/outbox.ts";
import { defaultOrder } from "../../core/publication/order.ts";
import { HOUR_MS } from "../../core/values/durations.ts";
import type { Store } from "../../ports/store/store.ts";
import type { NotifySettings } from "./destinations.ts";
import { type DigestDay, digestOf, isDigestDue, nextDigestMs } from "./digest-time.ts";
import { type OutboxContext, OutboxSender } from "./outbox-sender.ts";
import { countsOf, type NotablePublication, rowsOfOwner } from "./owned-rows.ts";

/** What is looked back at by a runner that starts. */
const OUTBOX_READ = 500;

export type NotifierContext = Omit<OutboxContext, "store" | "urlOf"> & {
  readonly store: OutboxContext["store"] & Pick<Store, "addNotifications" | "readNotifications">;
  readonly repositoryName: string;
  /** Whose tasks the pages show; null for everyone's. */
  readonly owner: string | null;
  /** Of a task's page, or of the list: below the server's address. */
  readonly pathOf: (key: string | null) => string;
};

type Watch = {
  readonly known: KnownNeeds;
  readonly paces: Readonly<Record<NeedNews["kind"], Pace<NeedNews>>>;
  readonly sinceMs: number;
  /** When the next look is due although nothing changed. */
  readonly dueMs: number;
  readonly seen: NotablePublication;
  readonly settings: NotifySettings;
};

export class Notifier {
  readonly #context: NotifierContext;
  readonly #sender: OutboxSender;
  #serverUrl: string | null = null;
  #latest: NotablePublication | null = null;
  #watch: Watch | null = null;
  #look: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #signal: AbortSignal | null = null;
  /** The newest day whose digest was said, or left out for good. */
  #digestSaid: string | null = null;

  constructor(context: NotifierContext) {
    this.#context = context;
    const urlOf = (key: string | null) =>
      this.#serverUrl === null ? null : new URL(context.pathOf(key), this.#serverUrl).href;
    this.#sender = new OutboxSender({ ...context, urlOf });
  }

  /** Until the signal: while this process leads. */
  start(signal: AbortSignal): void {
    this.#watch = null;
    this.#latest = null;
    this.#signal = signal;
    signal.addEventListener("abort", () => clearTimeout(this.#timer), { once: true });
    void this.#sender.run(signal);
  }

  /** After each cycle that did not fail. Returns at once. */
  note(published: NotablePublication, serverUrl: string | null): void {
    this.#latest = published;
    this.#serverUrl = serverUrl;
    // A page may have queued a test.
    if (channelsOf(this.#context.notify()).length > 0) this.#sender.wake();
    this.#lookSoon();
  }

  #lookSoon(): void {
    if (this.#look !== null || this.#signal === null || this.#signal.aborted || !this.#isLookDue()) return;
    const looked = this.#latest;
    this.#look = this.#lookNow()
      .catch((error: unknown) => this.#context.log.warn({ error }, "notifications were not written"))
      .finally(() => {
        this.#look = null;
        if (this.#latest !== looked) this.#lookSoon();
      });
  }

  #isLookDue(): boolean {
    const watch = this.#watch;
    if (watch === null || watch.seen !== this.#latest || watch.settings !== this.#context.notify())
      return true;
    return this.#context.clock.wallMs() >= watch.dueMs;
  }

  async #lookNow(): Promise<void> {
    const published = this.#latest;
    const settings = this.#context.notify();
    if (published === null) return;
    if (channelsOf(settings).length === 0) {
      this.#watch = null;
      return;
    }
    this.#watch = await this.#step(published, settings);
    clearTimeout(this.#timer);
    if (this.#signal?.aborted) return;
    const waitMs = Math.min(HOUR_MS, Math.max(0, this.#watch.dueMs - this.#context.clock.wallMs()));
    this.#timer = setTimeout(() => this.#lookSoon(), waitMs);
  }

  /** Writes what is news. The next state counts only when that worked, so a failed write is tried again. */
  async #step(published: NotablePublication, settings: NotifySettings): Promise<Watch> {
    const { clock, store } = this.#context;
    const nowMs = clock.wallMs();
    const rows = rowsOfOwner(published, this.#context.owner);
    const needs = needsOf(rows);
    const before = this.#watch ?? (await this.#begin(needs, published, settings, nowMs));
    const { known, news, dueMs } = stepNeeds(before.known, needs, nowMs);
    const around = {
      repository: this.#context.repositoryName,
      counts: countsOf(rows),
      content: settings.content,
    };
    const paced = {
      needs_you: paceNews(before.paces.needs_you, ofKind(news, "needs_you"), nowMs),
      resolved: paceNews(before.paces.resolved, ofKind(news, "resolved"), nowMs),
    };
    const messages = [paced.needs_you, paced.resolved].flatMap(({ single, together }) => [
      ...single.map((one) => messageOf(one, around, published.rows.get(one.need.key) ?? null)),
      ...(together.length > 0 ? [burstOf(together, around, nowMs)] : []),
    ]);
    const day = digestOf(settings.digest_at, nowMs);
    if (await this.#isDigestDue(day, { nowMs, watchedSinceMs: before.sinceMs })) {
      const needing = rows
        .filter(({ group }) => group === "needs_attention")
        .sort(defaultOrder("needs_attention"));
      messages.push({ name: day.name, kind: "digest", key: null, ...wordsOfDigest(around, needing) });
    }
    const wanted = messages.filter(({ kind }) => settings.kinds.some((one) => one === kind));
    if (wanted.length > 0) {
      await store.addNotifications(toNotifications(wanted, channelsOf(settings), nowMs));
      this.#sender.wake();
    }
    if (nowMs >= day.dueMs) this.#digestSaid = day.name;
    const dues = [
      dueMs,
      paced.needs_you.dueMs,
      paced.resolved.dueMs,
      nextDigestMs(settings.digest_at, nowMs),
    ];
    return {
      ...before,
      known,
      paces: { needs_you: paced.needs_you.pace, resolved: paced.resolved.pace },
      dueMs: Math.min(...dues.filter((due) => due !== null)),
      seen: published,
      settings,
    };
  }

  async #begin(
    needs: ReturnType<typeof needsOf>,
    seen: NotablePublication,
    settings: NotifySettings,
    nowMs: number,
  ): Promise<Watch> {
    const known = restoreNeeds(await this.#context.store.readNotifications(OUTBOX_READ), needs, nowMs);
    const paces = { needs_you: NO_PACE, resolved: NO_PACE };
    return { known, paces, sinceMs: nowMs, dueMs: nowMs, seen, settings };
  }

  /** The outbox is read once a day for it. */
  async #isDigestDue(
    day: DigestDay,
    when: { readonly nowMs: number; readonly watchedSinceMs: number },
  ): Promise<boolean> {
    if (when.nowMs < day.dueMs || this.#digestSaid === day.name) return false;
    return isDigestDue(day, await this.#context.store.readNotifications(OUTBOX_READ), when);
  }
}

const ofKind = (news: readonly NeedNews[], kind: NeedNews["kind"]) => news.filter((one) => one.kind === kind);

function messageOf(news: NeedNews, around: Surroundings, row: TaskRow | null): Message {
  const { key, code, sinceMs } = news.need;
  const name = `${news.kind} ${key} ${code ?? "none"} ${sinceMs}`;
  return { name, kind: news.kind, key, ...wordsOfNews(news, around, row) };
}

function burstOf(news: readonly NeedNews[], around: Surroundings, nowMs: number): Message {
  const kind = news[0]?.kind ?? "needs_you";
  return { name: `${kind} burst ${nowMs}`, kind, key: null, ...wordsOfBurst(news, around) };
}
