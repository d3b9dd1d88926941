// Copilot CLI, headless. It names its session in the last event only, so the session is chosen.

import { oneShotSituations } from "./one-shot.ts";
import { SESSION_ID } from "./situation.ts";

const OUTPUT = ["--output-format", "json"];

export const COPILOT = oneShotSituations({
  start: (text) => [
    "-p",
    text,
    "--session-id",
    SESSION_ID,
    "--allow-all-tools",
    "--allow-all-paths",
    ...OUTPUT,
  ],
  careful: (text) => ["-p", text, "--session-id", SESSION_ID, ...OUTPUT],
  resume: (session, text) => ["-p", text, "--resume", session, "--allow-all-tools", ...OUTPUT],
});
