// `tasks doctor`: the checks that come before every start, all of them, and what else keeps work from starting.

import { type Check, rehearseStart } from "../../../app/runs/start/preflight.ts";
import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { skippedFiles } from "../../../core/problems/skipped-files.ts";
import { workerName } from "../../../core/worker/worker-command.ts";
import { missingVariables, presetNamed } from "../../../core/worker/worker-presets.ts";
import type { CommandContext } from "../../contract/command.ts";
import { clockTime } from "../../print/duration.ts";
import { sourceText } from "../../print/pull-request-text.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { isRunnerAlive } from "../../repository/await-runner.ts";
import { type OpenedRuns, withRuns } from "../../repository/open-runs.ts";
import { resolveTask } from "../../repository/resolve-task.ts";

/** No task is called so: the ground of a task that has nothing yet. */
const ANY_TASK = { slug: "tasks-doctor", key: "tasks-doctor" };

type Finding = Check & {
  /** Null: nothing in the way. `note`: worth knowing, and no fault. */
  readonly severity: "error" | "note" | null;
};

/** Prints one line per check, and exits 1 when something is in the way of every start. */
export async function doctor(command: CommandContext): Promise<void> {
  await withRuns(command, async (opened) => {
    const { runs, argument, signal } = opened;
    const task = argument === null ? ANY_TASK : await resolveTask(runs.store, argument);
    const faults = (await rehearseStart(runs, task, signal)).map(
      (check): Finding => ({ ...check, severity: check.refusal === null ? null : "error" }),
    );
    const notes = [
      await lookAtFiles(opened),
      ...lookAtOwnFolders(opened),
      lookForLogin(opened),
      await lookForRunner(opened),
      await lookForPause(opened),
      lookAtLimits(opened),
      await lookForPullRequests(opened),
    ];
    const found = [...faults, ...notes];
    print(opened, found);
    const errors = found.filter(({ severity }) => severity === "error").length;
    if (errors > 0) throw faulty(errors);
  });
}

/** Whether there are tasks that are not shown, as of the newest snapshot. */
async function lookAtFiles({ runs }: OpenedRuns): Promise<Finding> {
  const name = "task files";
  const [first, ...more] = skippedFiles((await runs.store.readPublished())?.header.problems ?? []);
  if (first === undefined) return { name, found: "all are read", refusal: null, severity: null };
  const found = more.length === 0 ? "1 place is skipped" : `${more.length + 1} places are skipped`;
  return note(name, found, first.message, `${first.hint} \`tasks validate\` lists all.`);
}

/** Notes, since a start goes on without them; a store that could not be opened for want of one has been said by now. */
function lookAtOwnFolders({ world }: OpenedRuns): readonly Finding[] {
  const { config, state } = world.ownFolders;
  const lost = {
    [config]: "`tasks trust` and `tasks worker use` cannot note what you trust.",
    [state]:
      "The limit of workers and their ports hold for this repository alone, and `tasks open` does not work.",
  };
  return Object.entries(lost).map(([folder, message]): Finding => {
    const flaw = world.ownFolderFlaw(folder);
    const name = folder === config ? "own settings" : "own state";
    return flaw === null
      ? { name, found: `${folder} can be used`, refusal: null, severity: null }
      : note(name, `${folder} cannot be used: ${flaw}`, message, OWN_FOLDER_HINT);
  });
}

const OWN_FOLDER_HINT =
  "Make it a folder of yours that you can write to, or name another place: TASKS_HOME=<folder>.";

/** What the agents that are known need to be logged in; others know themselves. */
function lookForLogin({ runs }: OpenedRuns): Finding {
  const preset = presetNamed(workerName(runs.config.worker.command) ?? "");
  const missing = preset === null ? [] : missingVariables(preset, runs.environment);
  if (preset === null || missing.length === 0)
    return {
      name: "login",
      found: preset === null ? "not known" : "a key is set",
      refusal: null,
      severity: null,
    };
  const [only] = missing;
  const found = missing.length === 1 ? `${only} is not set` : `none of ${missing.join(", ")} is set`;
  return note("login", found, `${preset.title} may not be logged in.`, `Set one, or ${preset.login}.`);
}

async function lookForRunner(opened: OpenedRuns): Promise<Finding> {
  if (await isRunnerAlive(opened, opened.runs.store))
    return { name: "runner", found: "alive", refusal: null, severity: null };
  return note(
    "runner",
    "none",
    "Nothing starts by itself.",
    "`tasks serve` or `tasks run` starts what is queued.",
  );
}

async function lookForPause({ runs }: OpenedRuns): Promise<Finding> {
  const pause = await runs.store.readPause();
  if (pause === null) return { name: "starts", found: "not paused", refusal: null, severity: null };
  const since = clockTime(pause.atMs, runs.clock.wallMs());
  return note(
    "starts",
    `paused by ${pause.by} at ${since}`,
    "Starts are paused.",
    "`tasks resume` ends that.",
  );
}

function lookAtLimits({ runs }: OpenedRuns): Finding {
  const { workers_per_host: perHost, workers_per_owner: perOwner } = runs.config.dispatch;
  const found = `${perHost} workers on this machine, ${perOwner} per owner`;
  if (perHost > 0 && perOwner > 0) return { name: "limits", found, refusal: null, severity: null };
  return note("limits", found, "A limit of 0 starts no worker.", "Change dispatch in tasks/config.yaml.");
}

/**
 * What the runner that is alive says of them, as the page does: its environment may hold a token that this one lacks.
 * Without a runner, whether there is somewhere to ask and something to ask with; nothing is asked.
 */
async function lookForPullRequests(opened: OpenedRuns): Promise<Finding> {
  const { world, root, runs, signal } = opened;
  const published = await runs.store.readPublished();
  const source = published?.attestation.sources.pull_requests ?? null;
  if (source !== null && source.state !== "off" && (await isRunnerAlive(opened, runs.store)))
    return {
      name: "pull requests",
      found: sourceText(source, world.clock.wallMs()).replace(/\.$/, ""),
      refusal: null,
      severity: source.state === "ok" ? null : "note",
    };
  const hosts = await world.openPullRequestHosts(root, () => runs.config.github);
  const search = await hosts.find(signal);
  const name = "pull requests";
  if (search.kind === "found")
    return { name, found: `of ${search.host.repository}`, refusal: null, severity: null };
  const found = `off: ${search.because}`;
  return note(
    name,
    found,
    "None are shown.",
    search.remedy === null ? "" : `To have them, ${search.remedy}.`,
  );
}

function note(name: string, found: string, ...[message, hint]: [string, string]): Finding {
  return { name, found, refusal: refusal(message, hint), severity: "note" };
}

function print({ output, flags }: OpenedRuns, findings: readonly Finding[]): void {
  if (flags["format"] === "json") {
    const checks = findings.map(({ name, found, refusal: why, severity }) => ({
      check: name,
      ok: severity !== "error",
      found,
      message: why?.message ?? null,
      hint: why?.hint ?? null,
    }));
    output.result(jsonText({ ok: findings.every(({ severity }) => severity !== "error"), checks }));
    return;
  }
  const { alarm, good, quiet } = output.resultStyle;
  for (const { name, found, refusal: why, severity } of findings) {
    const word = severity === "error" ? alarm("fault") : severity === "note" ? "note " : good("ok   ");
    output.result(`${word}  ${name}: ${terminalText(found)}`);
    if (why !== null) output.result(quiet(`       ${explain(why)}`));
  }
}

function explain({ message, hint }: Refusal): string {
  return terminalText(`${message} ${hint}`).trimEnd();
}

function faulty(errors: number): UserError {
  return new UserError({
    code: "run_refused",
    message: `${errors === 1 ? "1 thing is" : `${errors} things are`} in the way of every start.`,
    hint: "Put right what is said above.",
  });
}
