// GET /metrics for Prometheus. prom-client is loaded on the first scrape. Labels have fixed sets of values (routes,
// reasons, groups), never text from tasks (H7).

import type { Counter, Registry } from "prom-client";
import type { LiveSnapshot } from "../../app/server/live-snapshot.ts";
import { GROUPS } from "../../core/contract/snapshot.ts";
import type { CostReport } from "../../core/costs/cost-report.ts";
import type { CostRow } from "../../core/costs/cost-table.ts";
import { PAUSE_CAUSES, type ScopedPause } from "../../core/records/scoped-pause.ts";

/** The web server's own counters. */
export class WebMetrics {
  readonly #requests = new Map<string, { route: string; status: number; count: number }>();

  /** `route` is a pattern of the route table, not an address. */
  countRequest(route: string, status: number): void {
    const key = `${route} ${status}`;
    const known = this.#requests.get(key);
    if (known === undefined) this.#requests.set(key, { route, status, count: 1 });
    else known.count += 1;
  }

  requests(): Iterable<{ readonly route: string; readonly status: number; readonly count: number }> {
    return this.#requests.values();
  }
}

export type MetricsSources = {
  readonly live: LiveSnapshot;
  readonly metrics: WebMetrics;
  readonly viewers: () => number;
  /** What runs used today, by worker; absent where there are no runs. Rejects when the store cannot be used. */
  readonly costs?: () => Promise<CostReport>;
  /** Names in `workers:`. */
  readonly workers?: () => readonly string[];
};

/** Text in the Prometheus exposition format, and its content type. */
export type Scrape = () => Promise<{ readonly text: string; readonly type: string }>;

export function createScrape(sources: MetricsSources): Scrape {
  let registry: Promise<Registry> | null = null;
  let used: readonly CostRow[] = [];
  return async () => {
    registry ??= createRegistry({ ...sources, used: () => used });
    used = await readUsed(sources);
    const loaded = await registry;
    return { text: await loaded.metrics(), type: loaded.contentType };
  };
}

/** Of configured workers; a name that is no longer one is left out, so that the set of labels stays closed. */
async function readUsed({ costs, workers }: MetricsSources): Promise<readonly CostRow[]> {
  try {
    const names = new Set<string | null>(workers?.() ?? []);
    return ((await costs?.())?.rows ?? []).filter(({ name }) => names.has(name));
  } catch {
    return []; // Unknown, as any value that cannot be read.
  }
}

type Reading = { readonly labels?: Readonly<Record<string, string | number>>; readonly value: number };

type Metric = {
  readonly kind: "Counter" | "Gauge";
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly read: () => Iterable<Reading>;
};

type Sources = MetricsSources & { readonly used: () => readonly CostRow[] };

async function createRegistry(sources: Sources): Promise<Registry> {
  const types = await import("./prom-client.ts");
  const registry = new types.Registry();
  for (const { kind, name, help, labels, read } of metricsOf(sources)) {
    const collect = () => {
      made.reset();
      // A metric without labels resets to 0; an unknown value must not look like one.
      if (labels.length === 0) made.remove();
      for (const reading of read()) made.inc({ ...reading.labels }, reading.value);
    };
    const options = { name, help, labelNames: [...labels], registers: [registry], collect };
    const made: Pick<Counter, "reset" | "remove" | "inc"> = new types[kind](options);
  }
  return registry;
}

/** Nothing before the first snapshot. */
function pausesByCause(pauses: readonly Pick<ScopedPause, "cause">[] | null) {
  if (pauses === null) return [];
  return PAUSE_CAUSES.map((cause) => ({
    labels: { cause },
    value: pauses.filter((pause) => pause.cause === cause).length,
  }));
}

function metricsOf({ live, metrics, viewers, used }: Sources): readonly Metric[] {
  const pullRequests = () => live.view()?.attestation.sources.pull_requests ?? null;
  const counts = () => live.view()?.snapshot.counts;
  return [
    gauge("tasks_last_success_timestamp_seconds", "When the newest successful update ended.", () =>
      timestamp(live.freshness().last_success_at),
    ),
    gauge("tasks_snapshot_age_seconds", "Age of what the status page shows.", () => {
      const { age_ms: ageMs } = live.freshness();
      return ageMs === null ? [] : [{ value: ageMs / 1000 }];
    }),
    gauge("tasks_snapshot_stale", "1 if the status page says that it may be out of date.", () => [
      { value: live.freshness().stale ? 1 : 0 },
    ]),
    counter("tasks_cycles_succeeded_total", "Updates that published or confirmed the snapshot.", () => [
      { value: live.counters().cyclesSucceeded },
    ]),
    counter(
      "tasks_cycles_failed_total",
      "Updates that failed, by reason.",
      () =>
        Object.entries(live.counters().cyclesFailedByReason).map(([reason, value]) => ({
          labels: { reason },
          value,
        })),
      ["reason"],
    ),
    counter("tasks_refreshes_requested_total", "Page loads that requested an update.", () => [
      { value: live.counters().refreshesRequested },
    ]),
    counter("tasks_refreshes_coalesced_total", "Page loads that shared the update of an earlier one.", () => [
      { value: live.counters().refreshesCoalesced },
    ]),
    gauge(
      "tasks_in_group",
      "Tasks by group.",
      () =>
        counts() === undefined
          ? []
          : GROUPS.map((group) => ({ labels: { group }, value: counts()?.[group] ?? 0 })),
      ["group"],
    ),
    gauge(
      "tasks_pauses",
      "Accounts, hosts and set-ups that start nothing for now, by cause.",
      () => pausesByCause(live.view()?.snapshot.dispatch.pauses ?? null),
      ["cause"],
    ),
    gauge(
      "tasks_pull_requests_last_success_timestamp_seconds",
      "When the newest complete pull request sync started.",
      () => timestamp(pullRequests()?.observed_at ?? null),
    ),
    gauge(
      "tasks_pull_requests_budget_limit",
      "Requests that the pull request host allows per rate-limit window.",
      () => known(pullRequests()?.budget?.limit),
    ),
    gauge("tasks_pull_requests_budget_remaining", "Requests left in the window at the newest sync.", () =>
      known(pullRequests()?.budget?.remaining),
    ),
    ...usageMetrics(used),
    gauge("tasks_viewers", "Open event streams.", () => [{ value: viewers() }]),
    counter(
      "tasks_http_requests_total",
      "Answered requests by route and status.",
      () =>
        [...metrics.requests()].map(({ route, status, count }) => ({
          labels: { route, status },
          value: count,
        })),
      ["route", "status"],
    ),
  ];
}

function usageMetrics(used: Sources["used"]): readonly Metric[] {
  return [
    gauge(
      "tasks_used_today_usd",
      "US dollars that runs used in the local day, as far as known, by worker.",
      () =>
        used().flatMap(({ name, usd }) =>
          usd === null ? [] : [{ labels: { worker: name ?? "" }, value: usd }],
        ),
      ["worker"],
    ),
    gauge(
      "tasks_used_today_tokens",
      "Tokens that runs used in the local day, without those read from a cache, by worker.",
      () =>
        used()
          .filter(({ countsTokens }) => countsTokens)
          .map(({ name, input, output }) => ({ labels: { worker: name ?? "" }, value: input + output })),
      ["worker"],
    ),
  ];
}

function metric(
  kind: Metric["kind"],
  name: string,
  help: string,
  read: Metric["read"],
  labels: readonly string[] = [],
): Metric {
  return { kind, name, help, labels, read };
}

const gauge = (...args: MetricArguments) => metric("Gauge", ...args);
const counter = (...args: MetricArguments) => metric("Counter", ...args);

type MetricArguments = readonly [
  name: string,
  help: string,
  read: Metric["read"],
  labels?: readonly string[],
];

function known(value: number | undefined): Reading[] {
  return value === undefined ? [] : [{ value }];
}

function timestamp(iso: string | null): Reading[] {
  return iso === null ? [] : [{ value: Date.parse(iso) / 1000 }];
}
