import { configDefaults, defineConfig } from "vitest/config";

/** How long `expect.poll` waits for what is about to happen; a busy machine takes longer than its default of 1 s. */
const POLL_TIMEOUT_MS = 10_000;

/** `npm run test:long` repeats up to twenty times as often. */
const IS_FULL = process.env["FULL_COUNTS"] === "1";
const FULL_COUNTS_FACTOR = IS_FULL ? 20 : 1;
/** The limits are for hangs, never assertions about speed; slow suites get room. */
const TEST_TIMEOUT_MS = 20_000 * FULL_COUNTS_FACTOR;
const SLOW_TEST_TIMEOUT_MS = 60_000 * FULL_COUNTS_FACTOR;

export default defineConfig({
  test: {
    // The smallest machine the suite must pass on has two cores; many tests wait for processes and timers more than they
    // compute, so a third worker shortens the whole by a quarter.
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: "unit",
          // A night needs no installed package: everything is in one process.
          include: [
            "src/**/*.test.ts",
            "bench/**/*.test.ts",
            "scripts/**/*.test.ts",
            "test/night/**/*.test.ts",
          ],
          exclude: [...configDefaults.exclude, ...(IS_FULL ? [] : ["test/night/nights-*.test.ts"])],
          testTimeout: TEST_TIMEOUT_MS,
          setupFiles: ["test/support/own-home.ts"],
        },
      },
      {
        test: {
          name: "system",
          include: ["test/**/*.test.ts"],
          // They need the real agents: test/agents/vitest.config.ts.
          exclude: [...configDefaults.exclude, "test/agents/**", "test/night/**"],
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
