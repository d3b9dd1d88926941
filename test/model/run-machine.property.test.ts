// R14: the state machine of runs, against a model, in every order in which dispatchers, supervisors, workers and people
// may act, late and twice too. fast-check prints the seed and the shortest failing sequence. TASKS_MODEL_RUNS raises the
// number of sequences.

import fc from "fast-check";
import { expect, test } from "vitest";
import { createMemoryStore } from "../../src/adapters/memory/memory-store.ts";
import { actionOf } from "../../src/app/runs/action-of.ts";
import { changeRun } from "../../src/app/runs/change-run.ts";
import type { RunId } from "../../src/core/run/run.ts";
import { begin, queueRun, take } from "../../src/core/run/transitions.ts";
import { isLiveModel, type Say } from "./run-model.ts";
import { HOST, ownerOf, Play, type Verdict } from "./run-play.ts";

const RUNS = Number(process.env["TASKS_MODEL_RUNS"] ?? 2_000);
const STEPS_MAX = 120;

const key = fc.constantFrom("a", "b", "c", "d");
/** One of those there are, by its place from the newest. */
const which = fc.nat({ max: 6 });
const doing = <Name extends string>(name: Name) => fc.constant(name);
/** Steps of the clock, backwards too. */
const step = fc.constantFrom(0, 1, 5_000, 20_000, 3_600_000, -3_600_000);
const says: Say[] = ["report", "wait", "done", "blocked", "failed", "ask A", "ask B", "deliver"];

const ofDispatcher = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: doing("take"),
      which,
      epochsBack: fc.constantFrom(0, 0, 0, 1),
      who: fc.nat({ max: 1 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: doing("launch"), which }) },
  fc.record({ do: doing("give up"), which }),
  fc.record({ do: doing("dispatcher dies"), who: fc.nat({ max: 1 }) }),
);
const ofSupervisor = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: doing("begin"), which }) },
  { weight: 4, arbitrary: fc.record({ do: doing("start"), which }) },
  { weight: 3, arbitrary: fc.record({ do: doing("end"), which, code: fc.constantFrom(0, 1) }) },
  fc.record({ do: doing("supervisor dies"), which }),
);
const ofWorker = fc.record({ do: doing("say"), which, what: fc.constantFrom(...says) });
const ofRecovery = fc.oneof(
  fc.record({ do: doing("see loss"), which }),
  fc.record({ do: doing("lose"), which }),
  fc.record({
    do: doing("requeue"),
    which,
    because: fc.constantFrom("retry" as const, "person" as const),
    delayMs: fc.constantFrom(null, 10_000),
  }),
);
const ofPerson = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: doing("insert"), key, byHand: fc.constantFrom(false, false, false, true) }),
  },
  fc.record({ do: doing("close"), which }),
  fc.record({ do: doing("release"), which }),
  fc.record({ do: doing("wish"), which, kind: fc.constantFrom("stop" as const, "interrupt" as const) }),
  { weight: 2, arbitrary: fc.record({ do: doing("tell"), which }) },
  { weight: 2, arbitrary: fc.record({ do: doing("answer"), which }) },
  fc.record({ do: doing("say by hand"), which, what: fc.constantFrom(...says) }),
  fc.record({ do: doing("pause"), on: fc.constantFrom(true, false, false) }),
  { weight: 2, arbitrary: fc.record({ do: doing("time passes"), step }) },
);
const operation = fc.oneof(
  { weight: 4, arbitrary: ofDispatcher },
  { weight: 5, arbitrary: ofSupervisor },
  { weight: 3, arbitrary: ofWorker },
  { weight: 3, arbitrary: ofRecovery },
  { weight: 4, arbitrary: ofPerson },
);
type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never;

/** From the newest; undefined when there is none. */
const pick = <Item>(items: readonly Item[], place: number): Item | undefined =>
  items.length === 0 ? undefined : items[items.length - 1 - (place % items.length)];

/** An open run for most places, any one for the last. */
const pickRun = (play: Play, place: number): RunId | undefined =>
  pick(place === 6 ? [...play.models.keys()] : play.openIds(), place);

const NOTHING: Verdict = "nothing to do";

async function perform(play: Play, what: Operation): Promise<Verdict> {
  switch (what.do) {
    case "take":
    case "launch":
    case "give up":
    case "dispatcher dies":
      return await performDispatcher(play, what);
    case "begin":
    case "start":
    case "end":
    case "supervisor dies":
      return await performSupervisor(play, what);
    case "say": {
      // Also what a worker wrote before it died, and comes late.
      const worker = pick(play.workers, what.which);
      return worker ? await play.write(worker.run, worker.epoch, { do: "say", what: what.what }) : NOTHING;
    }
    case "see loss":
    case "lose":
    case "requeue":
      return await performRecovery(play, what);
    default:
      return await performPerson(play, what);
  }
}

type Of<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never;

async function performDispatcher(play: Play, what: Of<typeof ofDispatcher>): Promise<Verdict> {
  if (what.do === "dispatcher dies") {
    play.crashDispatcher(what.who);
    return "changed";
  }
  if (what.do === "take") {
    const run = pickRun(play, what.which);
    const epoch = run && play.models.get(run)?.epoch;
    if (run === undefined || epoch === undefined) return NOTHING;
    const holder = play.dispatcher(what.who);
    const verdict = await play.write(run, epoch - what.epochsBack, { do: "take", holder });
    if (verdict === "changed") play.starts.push({ run, epoch: epoch + 1 });
    return verdict;
  }
  const start = pick(play.starts, what.which);
  if (start === undefined) return NOTHING;
  if (what.do === "give up") return await play.write(start.run, start.epoch, { do: "giveUp" });
  play.supervisors.push({ ...start, id: play.name("s"), isAlive: true, stage: "launched" });
  return "changed";
}

async function performSupervisor(play: Play, what: Of<typeof ofSupervisor>): Promise<Verdict> {
  const supervisor = pick(
    play.supervisors.filter(({ isAlive }) => isAlive),
    what.which,
  );
  if (supervisor === undefined) return NOTHING;
  const { run, epoch, id, stage } = supervisor;
  if (what.do === "supervisor dies") {
    play.crashSupervisor(supervisor);
    return "changed";
  }
  if (what.do === "begin" && stage === "launched") {
    const verdict = await play.write(run, epoch, { do: "begin", holder: id });
    // Refused, it exits without starting anything.
    if (verdict === "changed") supervisor.stage = "begun";
    else play.crashSupervisor(supervisor);
    return verdict;
  }
  if (what.do === "start" && stage === "begun") {
    supervisor.stage = "working";
    play.workers.push({ run, epoch, key: play.models.get(run)?.key ?? "", isAlive: true });
    return await play.write(run, epoch, { do: "name" });
  }
  if (what.do === "end" && stage !== "launched") {
    // Nothing of the worker is left before its end is written; and written again, where the answer was lost.
    play.endRemains(supervisor);
    supervisor.stage = "over";
    return await play.write(run, epoch, { do: "end", code: what.code });
  }
  return NOTHING;
}

async function performRecovery(play: Play, what: Of<typeof ofRecovery>): Promise<Verdict> {
  if (what.do === "lose") {
    const loss = pick(play.losses, what.which);
    if (loss === undefined) return NOTHING;
    const { run, epoch, holder } = loss;
    // Looked at once more before anything is ended: somebody else may hold it by now.
    if (play.models.get(run)?.holder === holder) play.endRemains(loss);
    return await play.write(run, epoch, { do: "lose", holder });
  }
  const run = pickRun(play, what.which);
  const model = run && play.models.get(run);
  if (run === undefined || model === undefined) return NOTHING;
  if (what.do === "requeue") {
    const dueMs = what.delayMs === null ? null : play.nowMs + what.delayMs;
    return await play.write(run, model.epoch, { do: "requeue", because: what.because, dueMs });
  }
  if (!isLiveModel(model) || model.holder === null || !play.isDead(model.holder)) return NOTHING;
  play.losses.push({ run, epoch: model.epoch, holder: model.holder });
  return "changed";
}

async function performPerson(play: Play, what: Of<typeof ofPerson>): Promise<Verdict> {
  if (what.do === "insert") return await play.insert(what.key, what.byHand);
  if (what.do === "time passes") {
    play.nowMs += what.step;
    return "changed";
  }
  if (what.do === "pause") {
    play.isPaused = what.on;
    const act = { by: "dave", atMs: play.nowMs, note: null };
    const action = actionOf(what.on ? "pause" : "resume", { key: "", title: "", owner: null }, act);
    await play.store.writePause({ pause: what.on ? act : null, action });
    return "changed";
  }
  const run = pickRun(play, what.which);
  if (run === undefined) return NOTHING;
  switch (what.do) {
    case "tell":
      return await play.write(run, null, { do: "tell", text: play.name("more") });
    case "wish":
      return await play.write(run, null, { do: "wish", kind: what.kind });
    case "say by hand":
      return play.models.get(run)?.kind === "by_hand"
        ? await play.write(run, null, { do: "say", what: what.what })
        : NOTHING;
    default:
      return await play.write(run, null, { do: what.do });
  }
}

test("R14: however they act, there is one worker per task, and nothing superseded is written", async () => {
  /** That it all came about: a play in which little happens proves little. */
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: STEPS_MAX, size: "max" }), async (operations) => {
      const play = new Play();
      for (const what of operations) {
        const verdict = await perform(play, what);
        const name = `${what.do}: ${verdict}`;
        seen.set(name, (seen.get(name) ?? 0) + 1);
        await play.check();
      }
    }),
    { numRuns: RUNS },
  );
  const never = COMES_ABOUT.filter((name) => !seen.has(name));
  expect(never).toEqual([]);
}, 600_000);

const COMES_ABOUT = [
  ...["insert", "take", "give up", "begin", "end", "lose", "requeue", "say", "close"].flatMap((what) => [
    `${what}: changed`,
    `${what}: refused`,
  ]),
  ...["release", "wish", "tell", "answer", "say by hand"].flatMap((what) => [
    `${what}: changed`,
    `${what}: refused`,
  ]),
  "take: held",
  "start: changed",
  "see loss: changed",
];

test("R14: of dispatchers that take runs in the same moment, one gets each, within the limits", async () => {
  const size = fc.integer({ min: 1, max: 6 });
  await fc.assert(
    fc.asyncProperty(size, size, size, size, async (runs, dispatchers, perHost, perOwner) => {
      const store = createMemoryStore();
      const ids = Array.from({ length: runs }, (_, at) => `run-${at}` as RunId);
      for (const [at, id] of ids.entries()) {
        const task = String.fromCharCode(97 + at);
        const act = { by: "dave", atMs: 1 };
        const run = queueRun({ id, key: task, owner: ownerOf(task), act, note: null });
        const label = { key: task, title: task, owner: null };
        await store.insertRun({ run, action: actionOf("kickoff", label, { ...act, note: null }) });
      }
      const attempts = ids.flatMap((id) => Array.from({ length: dispatchers }, (_, who) => ({ id, who })));
      const outcomes = await Promise.all(
        attempts.map(async ({ id, who }) => {
          const dispatcher = { id: `d${who}`, host: HOST, pid: who };
          const outcome = await changeRun(store, {
            id,
            epoch: 1,
            change: (run) => take(run, { dispatcher, nowMs: 2 }),
            limits: { host: HOST, perHost, perOwner },
          });
          return { id, outcome };
        }),
      );
      const taken = outcomes.filter(({ outcome }) => outcome.kind === "changed");
      const owners = ids.map((_, at) => ownerOf(String.fromCharCode(97 + at)));
      const perOwnerRoom = ["dave", "ann"].map((name) =>
        Math.min(perOwner, owners.filter((owner) => owner === name).length),
      );
      const room = Math.min(
        perHost,
        perOwnerRoom.reduce((sum, each) => sum + each, 0),
      );
      expect(new Set(taken.map(({ id }) => id)).size).toBe(taken.length);
      expect(taken.length).toBe(room);
      // Two supervisors of one start: one begins.
      for (const { id } of taken) {
        const supervisors = await Promise.all(
          ["s1", "s2"].map((name) =>
            changeRun(store, {
              id,
              epoch: 2,
              change: (run) => begin(run, { supervisor: { id: name, host: HOST, pid: 1 }, nowMs: 3 }),
            }),
          ),
        );
        expect(supervisors.map(({ kind }) => kind).toSorted()).toEqual(["changed", "refused"]);
      }
    }),
    { numRuns: Math.ceil(RUNS / 10) },
  );
});
