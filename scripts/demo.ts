// `npm start`: `tasks demo` with pull requests, from a made-up GitHub that runs in this process and ends with it. Arguments
// are passed on (`npm start -- --port 8010`), and so are signals and the exit code. The first argument `--restart` restarts
// the demo when one of its source files changes (`npm run dev`).

import { spawn } from "node:child_process";
import { constants } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { startMadeUpGitHub } from "./made-up-github.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const PASSED_ON = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** The exit code of shells for a program that could not be started. */
const NOT_STARTED = 127;

const [first, ...others] = process.argv.slice(2);
const isRestarted = first === "--restart";
const words = isRestarted ? others : process.argv.slice(2);

const github = await startMadeUpGitHub();
const demo = spawn(process.execPath, [...(isRestarted ? ["--watch"] : []), MAIN, "demo", ...words], {
  stdio: "inherit",
  env: {
    ...process.env,
    // The user's own token is not for the demo.
    GH_TOKEN: undefined,
    GITHUB_TOKEN: github.token,
    TASKS_GITHUB_BASE_URL: github.url,
    TASKS_GITHUB_REPOSITORY: github.repository,
  },
});
// Ctrl-C in a terminal reaches both; the demo takes two such signals for one.
for (const name of PASSED_ON) process.on(name, () => demo.kill(name));
// If this process fails, it still ends the demo.
process.on("exit", () => demo.kill());
process.exitCode = await endOf(demo);
await github.close();

function endOf(child: ReturnType<typeof spawn>): Promise<number> {
  return new Promise((resolve) => {
    child.once("error", (error) => {
      console.error(`The demo did not start: ${error.message}`);
      resolve(NOT_STARTED);
    });
    child.once("exit", (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
