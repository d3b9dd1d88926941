// opencode, headless. A title is given: without one it asks the model for it first.

import { oneShotSituations } from "./one-shot.ts";

const RUN = ["run", "--format", "json", "--title", "Work"];

export const OPENCODE = oneShotSituations({
  start: (text) => [...RUN, "--auto", text],
  careful: (text) => [...RUN, text],
  resume: (session, text) => [...RUN, "--auto", "-s", session, text],
  sessionIn: /"sessionID":"([^"]+)"/,
});
