// The folder in which a person typed the command.

/**
 * The current folder, but for `npm run` in the program's own package: npm changes to the package's folder and leaves
 * where it was started in INIT_CWD. Every other process below an npm inherits INIT_CWD too, and there it says nothing
 * about where this command was typed. All paths are absolute.
 */
export function typedIn({
  currentFolder,
  packageFolder,
  startedNpmIn,
}: {
  readonly currentFolder: string;
  readonly packageFolder: string;
  readonly startedNpmIn: string | undefined;
}): string {
  return startedNpmIn !== undefined && currentFolder === packageFolder ? startedNpmIn : currentFolder;
}
