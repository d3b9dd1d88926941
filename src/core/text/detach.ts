/**
 * The same text in its own memory. A slice keeps the whole string alive (V8 shares the characters), and an index of ten
 * thousand files must not hold every file's text because of its titles.
 */
export function detach(text: string): string {
  // Concatenation makes a new string; slicing off the extra character makes V8 flatten it.
  return ` ${text}`.slice(1);
}
