/** The question that still waits for its answer, of a run or of what a row says of it; null when there is none. */
export function openQuestion<Question extends { readonly answer: unknown }>(run: {
  readonly question: Question | null;
}): Question | null {
  const { question } = run;
  return question !== null && question.answer === null ? question : null;
}
