/** The environment for npm in another folder, without what an outer npm says about its own project. */
export function withoutNpm(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:npm_|INIT_CWD$)/i.test(name)),
  );
}
