// The program: the command line with everything that it needs from the system.

import process from "node:process";
import { system } from "./cli/contract/system.ts";
import { runCommandLine } from "./cli/main.ts";

await runCommandLine(process.argv.slice(2), system);
