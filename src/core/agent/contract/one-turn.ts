import type { Conversation } from "./agent-kind.ts";

const cannot = () => false;

/** Of an agent whose process is one turn: nothing reaches it after its prompt. */
export const ONE_TURN = {
  begin() {},
  steer: cannot,
  nextTurn: cannot,
  answer: cannot,
  interrupt: cannot,
} as const satisfies Partial<Conversation>;

/** Linux takes at most 128 KB in one argument. */
const ARGUMENT_MAX = 100_000;

/** A prompt as an argument; one that is too long is read by the agent from its file. No program can be given a NUL character. */
export function promptArgument({
  prompt,
  promptFile,
}: {
  readonly prompt: string;
  readonly promptFile: string;
}): string {
  const bytes = new TextEncoder().encode(prompt).length;
  if (bytes <= ARGUMENT_MAX) return prompt.replaceAll("\0", "\uFFFD");
  return `Read the file ${promptFile}: it says what you are to do. Do it.`;
}
