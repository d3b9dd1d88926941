/** One spelling of a name for comparing: `Dave Fowler`, `dave.fowler` and `dave-fowler` are the same human. */
export function spelling(name: string): string {
  return name
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\s._-]+/gu, "");
}
