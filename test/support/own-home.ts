// Every test has a home of its own for the program's settings, trust and state (TASKS_HOME): none reads or changes those
// of the person who runs the tests, and none sees what another test trusted.

import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

const home = mkdtempSync(join(tmpdir(), "tasks-home-"));
process.env["TASKS_HOME"] = home;
// Times on pages are in the time zone of the server.
process.env["TZ"] = "UTC";
// What lies above the folder for temporary files, a repository even, is no part of any test.
process.env["GIT_CEILING_DIRECTORIES"] = realpathSync.native(tmpdir());
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
