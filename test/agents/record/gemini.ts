// Gemini CLI, headless. A model is named: without one it asks for a route first.

import { oneShotSituations } from "./one-shot.ts";
import { SESSION_ID } from "./situation.ts";

const OUTPUT = ["-m", "gemini-2.5-pro", "-o", "stream-json"];

export const GEMINI = oneShotSituations({
  start: (text) => ["-p", text, "--session-id", SESSION_ID, "-y", ...OUTPUT],
  careful: (text) => ["-p", text, "--session-id", SESSION_ID, "--approval-mode", "auto_edit", ...OUTPUT],
  resume: (session, text) => ["-p", text, "--resume", session, "-y", ...OUTPUT],
});
