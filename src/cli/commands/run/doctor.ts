import { holdOf } from "../../../app/runs/start/kind-holds.ts";
import { type Check, rehearseStart } from "../../../app/runs/start/preflight.ts";
import { kindNamed } from "../../../core/agent/kinds/agent-kinds.ts";
import { holdDetail, holdSentence } from "../../../core/agent/kinds/hold-words.ts";
import { programOf } from "../../../core/agent/kinds/judge-worker.ts";
import { isTestedVersion } from "../../../core/agent/kinds/worker-words.ts";
import { defaultWorker } from "../../../core/agent/workers/choose-worker.ts";
import { configuredWorkers } from "../../../core/agent/workers/configured-workers.ts";
import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import { judgeRoom, roomHold, roomWords } from "../../../core/hold/room.ts";
import { skippedFiles } from "../../../core/problems/skipped-files.ts";
import { listed } from "../../../core/text/listed.ts";
import type { Command } from "../../contract/command.ts";
import { refused } from "../../contract/errors.ts";
import { FORMAT, REPO, TASK_ARGUMENT } from "../../contract/flags.ts";
import { printLines } from "../../contract/print-result.ts";
import { clockTime } from "../../print/duration.ts";
import { sourceText } from "../../print/pull-request-text.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { workersRecord } from "../../print/worker-record.ts";
import { isRunnerAlive } from "../../repository/await-runner.ts";
import { resolveTask } from "../../repository/find-task.ts";
import { type OpenedRuns, withRuns } from "../../repository/open-runs.ts";

export const command: Command = {
  insideRun: "allowed",
  arguments: [{ ...TASK_ARGUMENT, required: false }],
  description:
    "Checks the worker's command, its program and git, as kickoff does before it queues a task, and what else keeps work from starting. Exits 1 when something is in the way.",
  flags: [REPO, FORMAT],
  examples: [{ line: "tasks doctor", does: "before the first kickoff" }],
  run: (context) => withRuns(context, doctor),
};

/** No task has this name: a check for a task without a worktree or branch. */
const ANY_TASK = { slug: "tasks-doctor", key: "tasks-doctor", worker: null };

type Finding = Check & {
  /** Null: nothing is wrong. `note`: worth knowing, but starts work. */
  readonly severity: "error" | "note" | null;
};

async function doctor(opened: OpenedRuns): Promise<void> {
  const { runs, argument, signal } = opened;
  const task = argument === null ? ANY_TASK : await resolveTask(runs.store, argument);
  const checks = (await rehearseStart(runs, task, signal)).map(
    (check): Finding => ({ ...check, severity: check.refusal === null ? null : "error" }),
  );
  const findings = [
    ...checks,
    await checkFiles(opened),
    ...checkOwnFolders(opened),
    ...checkIgnored(opened),
    checkLogin(opened),
    await checkHolds(opened),
    ...(await checkVersion(opened)),
    ...checkSight(opened),
    await checkRoom(opened),
    await checkRunner(opened),
    await checkService(opened),
    ...(await checkAwake(opened)),
    await checkPause(opened),
    checkLimits(opened),
    await checkPullRequests(opened),
  ];
  print(opened, findings);
  const errors = findings.filter(({ severity }) => severity === "error").length;
  if (errors === 0) return;
  throw refused(
    `${errors === 1 ? "1 problem keeps" : `${errors} problems keep`} every worker from starting.`,
    "Fix the problems above.",
  );
}

/** Whether there are tasks that are not shown, as of the newest snapshot. */
async function checkFiles({ runs }: OpenedRuns): Promise<Finding> {
  const name = "task files";
  const [first, ...more] = skippedFiles((await runs.store.readPublished())?.header.problems ?? []);
  if (first === undefined) return fine(name, "all can be read");
  const found = more.length === 0 ? "1 place is skipped" : `${more.length + 1} places are skipped`;
  return note(name, found, first.message, `${first.hint} \`tasks validate\` lists all.`);
}

/** Only notes: workers start without these folders, and a store that needs one would not have opened. */
function checkOwnFolders({ system }: OpenedRuns): readonly Finding[] {
  const { config, state } = system.ownFolders;
  const lost = {
    [config]: "`tasks trust` and `tasks worker use` cannot save what you trust.",
    [state]:
      "The limit of workers and their ports apply to this repository alone, and `tasks open` does not work.",
  };
  return Object.entries(lost).map(([folder, message]): Finding => {
    const problem = system.userFolderProblem(folder);
    const name = folder === config ? "own settings" : "own state";
    return problem === null
      ? fine(name, `${folder} can be used`)
      : note(name, `${folder} cannot be used: ${problem}`, message, OWN_FOLDER_HINT);
  });
}

const OWN_FOLDER_HINT =
  "Make it a folder of yours that you can write to, or set another place: TASKS_HOME=<folder>.";

/** Settings that a repository's file cannot set. */
function checkIgnored({ system, loaded }: OpenedRuns): readonly Finding[] {
  if (loaded.ignored.length === 0) return [];
  const found = `tasks/config.yaml sets ${loaded.ignored.join(", ")}`;
  const hint = `Move it to your own settings, ${system.ownFolders.config}/config.yaml.`;
  return [note("notify", found, "It has no effect there: a repository cannot choose who is notified.", hint)];
}

/** Whether the default worker's agent has what it needs to log in. */
function checkLogin({ loaded, runs }: OpenedRuns): Finding {
  const { workers } = workersRecord(loaded, runs.environment);
  const worker = workers.find(({ is_default }) => is_default);
  if (worker === undefined || worker.login === "") return fine("login", "not known");
  const { missing, title, login } = worker;
  if (missing.length === 0) return fine("login", worker.knows_login ? "a key is set" : "not known");
  const [only] = missing;
  const found = missing.length === 1 ? `${only} is not set` : `none of ${missing.join(", ")} is set`;
  return note("login", found, `${title} may not be logged in.`, `Set one, or ${login}.`);
}

/** The version of the default worker's agent; nothing where it is unknown, or what a wrapper starts. */
async function checkVersion({ system, root, runs }: OpenedRuns): Promise<readonly Finding[]> {
  const worker = defaultWorker(runs.config);
  if (worker.kind === "refused" || worker.wrap.length > 0 || runs.untrusted().length > 0) return [];
  const kind = kindNamed(worker.kind);
  const program = programOf(worker);
  if (kind === null || program === null || kind.version.args.length === 0) return [];
  const machine = await system.openAgentMachine(root);
  const file = machine.findProgram(program);
  const version = file === null ? null : await machine.readVersion([file, ...kind.version.args], {});
  if (version === null) return [];
  const found = `${kind.title} ${version}`;
  if (isTestedVersion(kind.name, version)) return [fine("version", found)];
  const tested = kind.version.tested.map((prefix) => `${prefix}x`).join(", ");
  return [
    note("version", found, "This version was not tested.", `Tested: ${tested}. It is used all the same.`),
  ];
}

/** Which workers say when they reach a usage limit: runs of the others fail there. */
function checkSight({ runs }: OpenedRuns): readonly Finding[] {
  const { all } = configuredWorkers(runs.config);
  if (all.length === 0) return [];
  const seeing = (ability: "limit" | "limit_time") =>
    all.flatMap(({ name, kind }) => (kindNamed(kind)?.abilities[ability].can === true ? [name] : []));
  const [limits, times] = [seeing("limit"), seeing("limit_time")];
  const blind = all.map(({ name }) => name).filter((name) => !limits.includes(name));
  const timed = times.length === 0 ? "none says until when" : `${listed(times)} says until when`;
  const found = `${limits.length === 0 ? "no worker" : listed(limits)} can see usage limits; ${timed}`;
  if (blind.length === 0) return [fine("limits seen", found)];
  const hint = "Its retries end by dispatch.attempts.";
  return [note("limits seen", found, `${listed(blind)} cannot: at a limit its attempts fail.`, hint)];
}

/** Whether there is room for starts, measured now. */
async function checkRoom({ system, root, runs }: OpenedRuns): Promise<Finding> {
  const measured = await (await system.openMachineRoom(root)).measure();
  const room = judgeRoom(null, measured, runs.config.dispatch, system.clock.wallMs());
  const hold = roomHold(room, runs.config.dispatch);
  const found = roomWords(room) ?? "not known";
  if (hold === null) return fine("room", found);
  const hint =
    "`tasks worktrees prune` removes worktrees that are no longer needed; or lower dispatch.min_free_….";
  return {
    name: "room",
    found,
    severity: "error",
    refusal: refusal(`Nothing starts: ${hold.sentence}.`, hint),
  };
}

/** Whether the default worker's kind is on hold. */
async function checkHolds({ runs }: OpenedRuns): Promise<Finding> {
  const name = "streams";
  const hold = await holdOf(runs, { key: ANY_TASK.key, requestedWorker: null });
  if (hold === null) return fine(name, "understood");
  const why = refusal(holdSentence(hold), holdDetail(hold));
  return { name, found: "not understood", refusal: why, severity: "error" };
}

async function checkRunner(opened: OpenedRuns): Promise<Finding> {
  if (await isRunnerAlive(opened, opened.runs.store)) return fine("runner", "alive");
  const hint = "`tasks serve` or `tasks run` starts what is queued.";
  return note("runner", "none", "Nothing starts automatically.", hint);
}

/** Whether the system keeps the runner; without that it ends with its terminal. */
async function checkService({ system, root }: OpenedRuns): Promise<Finding> {
  const name = "service";
  const manager = await system.openServiceManager();
  if (manager.kind === "refused") return fine(name, "none: no service manager on this machine");
  const { isInstalled, isRunning, state } = await manager.look(await system.nameService(root));
  if (!isInstalled) return fine(name, "none: `tasks service install` keeps the runner through log-outs");
  if (isRunning) return fine(name, state);
  return note(
    name,
    state,
    "The service of this repository does not run.",
    "`tasks service status` has its log.",
  );
}

/** Nothing where it is not asked for. */
async function checkAwake({ system, runs }: OpenedRuns): Promise<readonly Finding[]> {
  if (!runs.config.dispatch.keep_awake) return [];
  const name = "keep awake";
  const problem = await system.awakeProblem();
  if (problem === null) return [fine(name, "no idle sleep while workers run; a closed lid is stronger")];
  return [
    note(
      name,
      "not possible",
      problem,
      "Workers stand still while the machine sleeps, and go on afterwards.",
    ),
  ];
}

async function checkPause({ runs }: OpenedRuns): Promise<Finding> {
  const pause = await runs.store.readPause();
  if (pause === null) return fine("starts", "not paused");
  const found = `paused by ${pause.by} at ${clockTime(pause.atMs, runs.clock.wallMs())}`;
  return note("starts", found, "Starts are paused.", "`tasks resume` ends the pause.");
}

function checkLimits({ runs }: OpenedRuns): Finding {
  const { workers_per_host: perHost, workers_per_owner: perOwner } = runs.config.dispatch;
  const found = `${perHost} workers on this machine, ${perOwner} per owner`;
  if (perHost > 0 && perOwner > 0) return fine("limits", found);
  return note("limits", found, "A limit of 0 starts no worker.", "Change dispatch in tasks/config.yaml.");
}

/**
 * With a live runner, its state, as the page shows it: its environment may hold a token that this process lacks. Without
 * one, whether GitHub could be asked; nothing is asked.
 */
async function checkPullRequests(opened: OpenedRuns): Promise<Finding> {
  const { system, root, runs, signal } = opened;
  const name = "pull requests";
  const published = await runs.store.readPublished();
  const source = published?.attestation.sources.pull_requests ?? null;
  if (source !== null && source.state !== "off" && (await isRunnerAlive(opened, runs.store))) {
    const found = sourceText(source, system.clock.wallMs()).replace(/\.$/, "");
    return { ...fine(name, found), severity: source.state === "ok" ? null : "note" };
  }
  const hosts = await system.openPullRequestHosts(root, () => runs.config.github);
  const search = await hosts.find(signal);
  if (search.kind === "found") return fine(name, `of ${search.host.repository}`);
  const hint = search.remedy === null ? "" : `To have them, ${search.remedy}.`;
  return note(name, `off: ${search.because}`, "None are shown.", hint);
}

function fine(name: string, found: string): Finding {
  return { name, found, refusal: null, severity: null };
}

function note(name: string, found: string, ...[message, hint]: [string, string]): Finding {
  return { name, found, refusal: refusal(message, hint), severity: "note" };
}

function print(opened: OpenedRuns, findings: readonly Finding[]): void {
  const checks = findings.map(({ name, found, refusal: why, severity }) => ({
    check: name,
    ok: severity !== "error",
    found,
    message: why?.message ?? null,
    hint: why?.hint ?? null,
  }));
  const { alarm, good, quiet } = opened.output.resultStyle;
  const lines = findings.flatMap(({ name, found, refusal: why, severity }) => {
    const word = severity === "error" ? alarm("error") : severity === "note" ? "note " : good("ok   ");
    const line = `${word}  ${name}: ${terminalText(found)}`;
    return why === null ? [line] : [line, quiet(`       ${explain(why)}`)];
  });
  printLines(opened, { ok: checks.every(({ ok }) => ok), checks }, lines);
}

function explain({ message, hint }: Refusal): string {
  return terminalText(`${message} ${hint}`).trimEnd();
}
