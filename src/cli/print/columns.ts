// Aligns cells in columns, in the widths of a terminal: wide characters count two, combining ones none.

/** When a row does not fit, its last cell is cut with an ellipsis, but not below this width. */
const LAST_COLUMN_MIN = 20;

/** Rows as lines; `columns` is the width to fit into, null for any. Cells are single-line and safe for a terminal. */
export function alignColumns(rows: readonly (readonly string[])[], columns: number | null): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, displayWidth(cell));
    });
  }
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP.length, 0);
  const room = columns === null ? null : Math.max(LAST_COLUMN_MIN, columns - before);
  return rows.map((row) =>
    row
      .map((cell, at) => {
        if (at < widths.length - 1) return cell + " ".repeat((widths[at] ?? 0) - displayWidth(cell));
        return room === null ? cell : cut(cell, room);
      })
      .join(GAP)
      .trimEnd(),
  );
}

const GAP = "  ";

/** Cuts to `width` columns, the ellipsis included. */
export function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = "";
  let used = 1;
  for (const character of text) {
    used += characterWidth(character);
    if (used > width) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Terminal columns that plain text takes. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7E]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  if (/\p{Mark}/u.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** East Asian wide and full-width blocks, and emoji that are pictures by default. */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u;
