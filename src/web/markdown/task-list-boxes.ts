// Shows `- [x] done` as a ticked box. A character, not an input, so that it does not look clickable.

import type { MarkdownIt } from "markdown-it";

const BOX = /^\[([ xX])\](?=\s)/;

/** A markdown-it plugin. */
export function taskListBoxes(markdown: MarkdownIt): void {
  markdown.core.ruler.after("inline", "task-list-boxes", ({ tokens }) => {
    tokens.forEach((token, index) => {
      const item = tokens[index - 2];
      if (token.type !== "inline" || item?.type !== "list_item_open") return;
      const first = token.children?.[0];
      const box = first?.type === "text" ? BOX.exec(first.content) : null;
      if (first === undefined || box === null) return;
      first.content = `${box[1] === " " ? "☐" : "☑"}${first.content.slice(box[0].length)}`;
      item.attrJoin("class", "box-item");
    });
  });
}
