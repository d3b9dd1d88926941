// GET /metrics for Prometheus. prom-client is loaded on the first scrape. Labels have fixed sets of values (routes,
// reasons, groups), never text from tasks (H7).

import type { Registry } from "prom-client";
import type { LiveSnapshot } from "../../app/server/live-snapshot.ts";
import { GROUPS } from "../../core/contract/snapshot.ts";

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
};

/** Text in the Prometheus exposition format, and its content type. */
export type Scrape = () => Promise<{ readonly text: string; readonly type: string }>;

export function createScrape(sources: MetricsSources): Scrape {
  let registry: Promise<Registry> | null = null;
  return async () => {
    registry ??= createRegistry(sources);
    const loaded = await registry;
    return { text: await loaded.metrics(), type: loaded.contentType };
  };
}

type Reading = { readonly labels?: Readonly<Record<string, string | number>>; readonly value: number };

type MetricSpec = {
  readonly kind: "counter" | "gauge";
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  readonly read: () => Iterable<Reading>;
};

async function createRegistry(sources: MetricsSources): Promise<Registry> {
  const { Counter, Gauge, Registry } = await import("./prom-client.ts");
  const registry = new Registry();
  const { live } = sources;
  const specs = [...cycleMetrics(live), ...pullRequestMetrics(live), ...webMetrics(sources)];
  for (const { kind, name, help, labels, read } of specs) {
    const options = { name, help, labelNames: [...(labels ?? [])], registers: [registry] };
    if (kind === "counter") {
      const counter = new Counter({
        ...options,
        collect: () => {
          counter.reset();
          for (const reading of read()) counter.inc({ ...reading.labels }, reading.value);
        },
      });
    } else {
      const gauge = new Gauge({
        ...options,
        collect: () => {
          gauge.reset();
          // A gauge without labels resets to 0; an unknown value must not look like one.
          if (labels === undefined) gauge.remove();
          for (const reading of read()) gauge.set({ ...reading.labels }, reading.value);
        },
      });
    }
  }
  return registry;
}

function cycleMetrics(live: LiveSnapshot): MetricSpec[] {
  return [
    {
      kind: "gauge",
      name: "tasks_last_success_timestamp_seconds",
      help: "When the newest successful update ended.",
      read: () => timestamp(live.freshness().last_success_at),
    },
    {
      kind: "gauge",
      name: "tasks_snapshot_age_seconds",
      help: "Age of what the status page shows.",
      read: () => seconds(live.freshness().age_ms),
    },
    {
      kind: "gauge",
      name: "tasks_snapshot_stale",
      help: "1 if the status page says that it may be out of date.",
      read: () => [{ value: live.freshness().stale ? 1 : 0 }],
    },
    {
      kind: "counter",
      name: "tasks_cycles_succeeded_total",
      help: "Updates that published or confirmed the snapshot.",
      read: () => [{ value: live.counters().cyclesSucceeded }],
    },
    {
      kind: "counter",
      name: "tasks_cycles_failed_total",
      help: "Updates that failed, by reason.",
      labels: ["reason"],
      read: () =>
        Object.entries(live.counters().cyclesFailedByReason).map(([reason, value]) => ({
          labels: { reason },
          value,
        })),
    },
    {
      kind: "counter",
      name: "tasks_refreshes_requested_total",
      help: "Page loads that requested an update.",
      read: () => [{ value: live.counters().refreshesRequested }],
    },
    {
      kind: "counter",
      name: "tasks_refreshes_coalesced_total",
      help: "Page loads that shared the update of an earlier one.",
      read: () => [{ value: live.counters().refreshesCoalesced }],
    },
    {
      kind: "gauge",
      name: "tasks_in_group",
      help: "Tasks by group.",
      labels: ["group"],
      read: () => {
        const counts = live.view()?.snapshot.counts;
        return counts === undefined
          ? []
          : GROUPS.map((group) => ({ labels: { group }, value: counts[group] ?? 0 }));
      },
    },
  ];
}

/** Empty until the first sync. */
function pullRequestMetrics(live: LiveSnapshot): MetricSpec[] {
  const source = () => live.view()?.attestation.sources.pull_requests ?? null;
  const budget = (name: "limit" | "remaining") => {
    const value = source()?.budget?.[name];
    return value === undefined ? [] : [{ value }];
  };
  return [
    {
      kind: "gauge",
      name: "tasks_pull_requests_last_success_timestamp_seconds",
      help: "When the newest complete pull request sync started.",
      read: () => timestamp(source()?.observed_at ?? null),
    },
    {
      kind: "gauge",
      name: "tasks_pull_requests_budget_limit",
      help: "Requests that the pull request host allows per rate-limit window.",
      read: () => budget("limit"),
    },
    {
      kind: "gauge",
      name: "tasks_pull_requests_budget_remaining",
      help: "Requests left in the window at the newest sync.",
      read: () => budget("remaining"),
    },
  ];
}

function webMetrics({ metrics, viewers }: MetricsSources): MetricSpec[] {
  return [
    {
      kind: "gauge",
      name: "tasks_viewers",
      help: "Open event streams.",
      read: () => [{ value: viewers() }],
    },
    {
      kind: "counter",
      name: "tasks_http_requests_total",
      help: "Answered requests by route and status.",
      labels: ["route", "status"],
      read: () =>
        [...metrics.requests()].map(({ route, status, count }) => ({
          labels: { route, status },
          value: count,
        })),
    },
  ];
}

function timestamp(iso: string | null): Reading[] {
  return iso === null ? [] : [{ value: Date.parse(iso) / 1000 }];
}

function seconds(ms: number | null): Reading[] {
  return ms === null ? [] : [{ value: ms / 1000 }];
}
