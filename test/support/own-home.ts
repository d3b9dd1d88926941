// Every test has a home of its own for the program's settings, trust and state (TASKS_HOME): none reads or changes those
// of the person who runs the tests, and none sees what another test trusted.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

const home = mkdtempSync(join(tmpdir(), "tasks-home-"));
process.env["TASKS_HOME"] = home;
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
