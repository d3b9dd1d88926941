/** The text, or its beginning with an ellipsis; never half of a surrogate pair. */
export function cutText(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
