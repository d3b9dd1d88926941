// The program as tests start it: the installed package, on the Node that runs the tests.

import { dirname } from "node:path";
import { inject } from "vitest";

/** What Node is started with: `bin/tasks.js` of the installed package; absolute. */
export const TASKS_ENTRY = inject("tasksEntry");

/** The folder of the program; absolute. */
export const TASKS_FOLDER = dirname(TASKS_ENTRY);
