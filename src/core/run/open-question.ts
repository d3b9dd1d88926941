import type { Question as RunQuestion } from "../contract/run.ts";

/** The question that still waits for its answer, of a run or of what a row says of it; null when there is none. */
export function openQuestion<Question extends { readonly answer: unknown }>(run: {
  readonly question: Question | null;
}): Question | null {
  const { question } = run;
  return question !== null && question.answer === null ? question : null;
}

/** Begins the id of their request. */
export const TASKS_QUESTION = "tasks-";
export const STOP_ANSWER = "Stop";

/** Whether this program asks it. */
export function isOwnQuestion({ request = null }: Pick<RunQuestion, "request">): boolean {
  return request?.id.startsWith(TASKS_QUESTION) === true;
}

/** Who answered that the run is to stop; null if no one did. */
export function stoppedByAnswer(question: RunQuestion | null): string | null {
  if (question === null || !isOwnQuestion(question)) return null;
  const { answer } = question;
  return answer !== null && answer.text === STOP_ANSWER ? answer.by : null;
}
