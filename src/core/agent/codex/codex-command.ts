// The command in a shell call: `/bin/bash -lc 'npm test'` is `npm test` for people.

const SHELL_CALL = /^(?:\/\S*\/)?(?:ba|z|da|k)?sh -l?i?c ([\s\S]+)$/;

/** As it was written where it cannot be taken apart. */
export function commandInShell(command: string): string {
  const quoted = SHELL_CALL.exec(command)?.[1];
  if (quoted === undefined) return command;
  return unquoted(quoted) ?? command;
}

/** One word as a shell quotes it: bare, in single quotes, or in double quotes with backslashes. Null for several words. */
function unquoted(word: string): string | null {
  if (/^[^\s'"\\]+$/.test(word)) return word;
  if (/^'[^']*'(?:(?:\\'|"'")'[^']*')*$/.test(word)) {
    return word.slice(1, -1).replaceAll(/'(?:\\'|"'")'/g, "'");
  }
  if (/^"(?:[^"\\]|\\[\s\S])*"$/.test(word)) return word.slice(1, -1).replaceAll(/\\([$`"\\])/g, "$1");
  return null;
}
