import { defineConfig } from "vitest/config";

/** How long `expect.poll` waits for what is about to happen; a busy machine takes longer than its default of 1 s. */
const POLL_TIMEOUT_MS = 10_000;

/** Slow suites get room; the limits are for hangs, never assertions about speed. */
const SLOW_TEST_TIMEOUT_MS = 60_000;

export default defineConfig({
  test: {
    // Two workers: the smallest machine the suite must pass on has two cores, and browsers want one each.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts"],
          testTimeout: 20_000,
          setupFiles: ["test/support/own-home.ts"],
        },
      },
      {
        test: {
          name: "system",
          include: ["test/**/*.test.ts"],
          globalSetup: ["test/support/install-package.ts"],
          setupFiles: ["test/support/own-home.ts"],
          testTimeout: SLOW_TEST_TIMEOUT_MS,
          hookTimeout: SLOW_TEST_TIMEOUT_MS,
          expect: { poll: { timeout: POLL_TIMEOUT_MS } },
        },
      },
    ],
  },
});
