// The question in an agent's last message. An agent that ends its turn with a question instead of `tasks ask` waits for a
// person just the same.

const QUESTION_LENGTH_MAX = 1_000;

/** The last paragraph that ends with a question mark, if nothing but short closing words follow it; null for none. */
export function questionIn(message: string): string | null {
  const paragraphs = message
    .trim()
    .split(/\n\s*\n/)
    .map((text) => text.trim())
    .filter((text) => text !== "");
  const asked = paragraphs.findLastIndex((text) => /\?["'”’)*_`]*$/.test(text));
  const paragraph = paragraphs[asked];
  if (paragraph === undefined || paragraphs.length - 1 - asked > CLOSING_PARAGRAPHS_MAX) return null;
  return paragraph.length <= QUESTION_LENGTH_MAX ? paragraph : `…${paragraph.slice(-QUESTION_LENGTH_MAX)}`;
}

/** "Let me know." may follow; a report that asked something at its beginning is no question. */
const CLOSING_PARAGRAPHS_MAX = 1;
