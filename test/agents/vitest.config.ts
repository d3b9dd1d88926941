// The suite of the real agents: `npm run test:agents`, no part of `npm test`.

import { defineConfig } from "vitest/config";

/** An agent starts, works and ends in seconds; a busy machine gets room. */
const TEST_TIMEOUT_MS = 120_000;

export default defineConfig({
  test: {
    name: "agents",
    include: ["test/agents/**/*.test.ts"],
    globalSetup: ["test/support/install-package.ts"],
    setupFiles: ["test/support/own-home.ts"],
    testTimeout: TEST_TIMEOUT_MS,
    hookTimeout: TEST_TIMEOUT_MS,
    expect: { poll: { timeout: 60_000 } },
    // Each worker starts servers, agents and a model; the smallest machine has two cores.
    maxWorkers: 2,
  },
});
