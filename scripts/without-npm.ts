// The environment for an npm of a folder of its own, started by a script of ours.

/** As typed in a shell: what an outer npm says of its own project would be taken for the other one. */
export function withoutNpm(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:npm_|INIT_CWD$)/i.test(name)),
  );
}
