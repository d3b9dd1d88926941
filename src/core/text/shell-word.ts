/** Quotes any text as one word of a POSIX shell, for commands that a person pastes or a hook runs. */
export function shellWord(text: string): string {
  return /^[\w./+@%-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
