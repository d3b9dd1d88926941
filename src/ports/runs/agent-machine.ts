// The machine that an agent is started on, as far as its start needs to know it.

export type AgentMachine = {
  /** As Node names them: `linux`, `x64`. */
  readonly platform: string;
  readonly arch: string;
  /** The user's home folder, absolute. */
  readonly home: string;
  /** The file that a program leads to, links followed; a name is searched on the PATH. Null without one. */
  findProgram(program: string): string | null;
  /** Whether this is a file that can be started. */
  isProgram(file: string): boolean;
  /** The git folders of a worktree: its own, and the one that it shares. Null outside git. */
  gitFolders(worktree: string): { readonly own: string; readonly common: string } | null;
  /** What a program prints as its version; null when it does not in a few seconds. Never rejects. */
  readVersion(
    command: readonly string[],
    variables: Readonly<Record<string, string>>,
  ): Promise<string | null>;
  /** A new UUID. */
  newSession(): string;
};
