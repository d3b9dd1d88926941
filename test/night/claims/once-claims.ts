// Nothing ran twice: each worker continues in its own session, is given its task once, and repeats only what was cut off.

import type { NightWorld } from "../night-world.ts";
import type { Sitting } from "../recorder.ts";

/** Its session exists once its agent has started a turn. */
const BEGINS_MS = 5_000;
/** How a worker's task begins. */
const PROMPT = "# Task:";

export function ofRepetition(world: NightWorld): readonly string[] {
  const { plan, recorder } = world;
  return plan.tasks.flatMap((task) => {
    const sittings = recorder.of(task.slug);
    const found = [...ofSessions(sittings), ...ofPrompts(sittings), ...ofSteps(task, sittings)];
    return found.map((what) => `${task.slug}: ${what}`);
  });
}

function ofSessions(sittings: readonly Sitting[]): readonly string[] {
  return sittings.slice(1).flatMap((next, at) => {
    const before = sittings[at];
    if (before === undefined || before.session === null || before.run !== next.run) return [];
    if ((before.toMs ?? 0) - before.fromMs < BEGINS_MS) return [];
    if (next.session === before.session && next.resumed) return [];
    return [`${before.session} (${before.how}) was not continued: ${next.session}`];
  });
}

function ofPrompts(sittings: readonly Sitting[]): readonly string[] {
  const given = sittings.flatMap(({ session, heard }) =>
    session === null ? [] : heard.filter((text) => text.startsWith(PROMPT)).map(() => session),
  );
  return [...new Set(given)].flatMap((session) => {
    const times = given.filter((each) => each === session).length;
    return times > 1 ? [`${session} was given its task ${times} times`] : [];
  });
}

/** By their tokens, which a step prints when it begins. */
function ofSteps(
  { steps }: NightWorld["plan"]["tasks"][number],
  sittings: readonly Sitting[],
): readonly string[] {
  const work = steps.flatMap((step) => (step.kind === "work" ? [step.input + step.output] : []));
  if (steps.some(({ kind }) => kind === "loop" || kind === "burn")) return [];
  const used = sittings.reduce((sum, { tokens }) => sum + tokens, 0);
  const cut = sittings.filter(({ how }) => how !== "exit 0" && how !== null).length;
  const most = work.reduce((sum, tokens) => sum + tokens, 0) + cut * Math.max(0, ...work);
  return used > most ? [`it used ${used} tokens, and its work takes ${most}, what was cut off twice`] : [];
}
