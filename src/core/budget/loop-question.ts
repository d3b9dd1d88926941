// What a person is asked about an agent that repeats itself. The run's question, as any other; "Stop" leaves the run as it is.

import type { ActivityLoop } from "../agent/activity/agent-activity.ts";
import type { Run } from "../contract/run.ts";
import { STOP_ANSWER, TASKS_QUESTION } from "../run/open-question.ts";
import type { QuestionFacts } from "../run/run-transitions.ts";

export function loopQuestion(
  { question }: Pick<Run, "question">,
  loop: ActivityLoop,
): Omit<QuestionFacts, "atMs"> {
  return {
    text: `${questionWords(loop)} Continue?`,
    choices: ["Continue", STOP_ANSWER],
    request: { id: `${TASKS_QUESTION}${(question?.number ?? 0) + 1}`, about: "question" },
  };
}

function questionWords({ kind, times, text }: ActivityLoop): string {
  if (kind === "no_change") return `It has used ${text} without a change in its worktree.`;
  if (kind === "error") return `It seems to meet the same error again and again (${times} times): ${text}.`;
  return `It seems to repeat \`${text}\` (${times} times, same result).`;
}
