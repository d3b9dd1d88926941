// Which of the configured workers works on a task: the one that a person asked for, else the task's, else the default one.
// A task's file is data that many people write, so it may only name workers that permit no more than the default one.

import { type Refusal, refusal } from "../../contract/refusal.ts";
import { listed } from "../../text/listed.ts";
import { nearest } from "../../text/nearest.ts";
import { quote } from "../../text/quote.ts";
import { findCommandProblem } from "../../worker/worker-command.ts";
import type { WorkerSettings } from "../contract/agent-kind.ts";
import { configuredWorkers, type WorkersConfig } from "./configured-workers.ts";
import { widerBy } from "./wider-worker.ts";

export type WorkerRequest = {
  /** By a person (`kickoff --worker`), or for an attempt that continues; null: no one named one. */
  readonly requested: string | null;
  /** `worker:` in the task's file. */
  readonly ofTask: string | null;
};

/** `kind` tells them apart: no kind of worker is called `refused`. */
export function chooseWorker(
  config: WorkersConfig,
  { requested, ofTask }: WorkerRequest,
): WorkerSettings | Refusal {
  if (requested !== null) return named(config, requested, `There is no worker ${quote(requested)}.`);
  if (ofTask === null) return defaultWorker(config);
  const asked = named(
    config,
    ofTask,
    `The task's file names the worker ${quote(ofTask)}, which does not exist.`,
  );
  return asked.kind === "refused" ? asked : (refusalOfWider(config, asked) ?? asked);
}

/** The worker of every task that names none. */
export function defaultWorker(config: WorkersConfig): WorkerSettings | Refusal {
  const { all, defaultName } = configuredWorkers(config);
  if (defaultName !== null) {
    const found = all.find(({ name }) => name === defaultName);
    return (
      found ?? unknown(all, defaultName, `workers.default is ${quote(defaultName)}, which does not exist.`)
    );
  }
  const [only, ...more] = all;
  if (only === undefined) return findCommandProblem([]) ?? NO_DEFAULT;
  return more.length === 0 ? only : NO_DEFAULT;
}

const NO_DEFAULT = refusal(
  "Several workers are configured, and none of them is the default.",
  "Name one in tasks/config.yaml: workers.default.",
);

function named(config: WorkersConfig, name: string, message: string): WorkerSettings | Refusal {
  const { all } = configuredWorkers(config);
  return all.find((worker) => worker.name === name) ?? unknown(all, name, message);
}

function unknown(all: readonly WorkerSettings[], asked: string, message: string): Refusal {
  const names = all.map(({ name }) => name);
  if (names.length === 0) return refusal(message, "`tasks worker use claude` configures one.");
  const meant = nearest(asked, names);
  const hint = meant === null ? "" : `Did you mean ${meant}? `;
  return refusal(message, `${hint}Configured: ${listed(names)}; \`tasks worker\` prints them.`);
}

function refusalOfWider(config: WorkersConfig, asked: WorkerSettings): Refusal | null {
  if (asked.selectable) return null;
  const standard = defaultWorker(config);
  if (standard.kind === "refused") return standard;
  const reasons = widerBy(asked, standard);
  if (asked.name === standard.name || reasons.length === 0) return null;
  return refusal(
    `The task's file names the worker ${asked.name}, which may do more than the default one, ${standard.name}: ${reasons.join("; ")}.`,
    `Use it with \`tasks kickoff --worker ${asked.name}\`, or let every task name it: workers.${asked.name}.selectable: true in tasks/config.yaml.`,
  );
}
