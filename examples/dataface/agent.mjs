// The demo's worker: a small program that plays what agents do. Which part it plays depends on the task, so that the
// page shows one of each: one gets on, one finishes, one waits, one asks, one falls silent, one fails, one meets a usage
// limit, which another one waits for.
//
// It is started as any worker is (worker.command in tasks/config.yaml), talks to the task manager with the `tasks` program
// that stands first on its PATH, and prints event lines (event-lines.mjs), so that its runs have a transcript.

import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { begins, edits, isDenied, meetsLimit, plans, reads, retries, runs, says, searches, thinks } from "./event-lines.mjs";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
/** The demo is looked at for minutes; a worker that plays on for hours would only warm the room. */
const PLAYS_AT_MOST_MS = 60 * MINUTE_MS;

const [slug = ""] = process.argv.slice(2);

/** Tells the task manager how it is going. */
function tasks(...words) {
  return execFileSync("tasks", words, { encoding: "utf8", shell: process.platform === "win32" }).trim();
}

/** Changes a file in the worktree and commits it, as somebody who gets on does. */
async function commits(message) {
  appendFileSync("NOTES.md", `- ${message}\n`);
  git("add", "NOTES.md");
  git("commit", "--quiet", `--message=${message}`);
  await runs(`git commit --message='${message}'`, 100, { output: git("log", "-1", "--format=%h %s") });
}

function git(...words) {
  const identity = ["-c", "user.name=Demo worker", "-c", "user.email=worker@example.com", "-c", "commit.gpgSign=false"];
  return execFileSync("git", [...identity, ...words], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
}

/** Fails first, as a test that was just written should. */
const FAILING_TEST = `FAIL  test/catalog/usage-score.test.ts > people count for more than jobs
AssertionError: expected 'orders_staging' to be 'orders'
 ❯ test/catalog/usage-score.test.ts:31:24

Tests  1 failed | 11 passed (12)`;

async function getsOn() {
  const steps = [
    "Read how search orders tables today",
    "Write the test with the 40 words",
    "Count the people who read a table, per day",
    "Score: distinct people in 30 days, older days less",
    "Recompute the score each night",
  ];
  plans(steps, 0);
  says("I look at how search orders tables **today** before I change anything.");
  await searches("orderBy in src/catalog", "src/catalog/search.ts:41:  .orderBy('table_name')");
  await reads("src/catalog/search.ts");
  plans(steps, 1);
  says("It orders by name, nothing else. I write the test first: for 40 words the right table is in the first two.");
  await edits("test/catalog/usage-score.test.ts", 64, 0);
  await runs("npm test -- catalog", 2 * SECOND_MS, { exitCode: 1, output: FAILING_TEST });
  plans(steps, 2);
  thinks("Five-minute jobs read orders_staging 288 times a day. Reads must not count, people must.");
  says("As expected it fails: jobs outweigh people. Next:\n\n- count **distinct people**, not reads\n- halve a day's weight each week");
  await edits("src/catalog/readers-per-day.ts", 35, 0);
  plans(steps, 3);
  await edits("src/catalog/usage-score.ts", 48, 6);
  await runs("npm test -- catalog", 2 * SECOND_MS, { output: "Tests  12 passed (12)" });
  await measuresFor(PLAYS_AT_MOST_MS, steps);
}

/** What takes long, over and over: a command that runs for minutes, then a small change. */
async function measuresFor(forMs, steps) {
  const untilMs = Date.now() + forMs;
  for (let round = 1; Date.now() < untilMs; round += 1) {
    appendFileSync("NOTES.md", `- round ${round}: measured\n`);
    // Lines that were printed before are no sign of progress; in the demo a worker is a person's after one minute.
    tasks("report", "--progress", `measures the 40 words, round ${round}`);
    await runs(`npm run measure -- --words 40 --round ${round}`, 45 * SECOND_MS, { output: `${Math.min(40, 30 + round)} of 40 words: the right table is in the first two` });
    plans(steps, Math.min(steps.length - 1, 3 + round));
    says(`Round ${round}: ${Math.min(40, 30 + round)} of 40. I look at the words that still miss.`);
    await edits("src/catalog/usage-score.ts", 4, 3);
    await sleep(10 * SECOND_MS);
  }
}

async function finishes() {
  const steps = ["Write the schema from what the 31 files read", "Reject unknown keys, and name the line", "Test every key"];
  plans(steps, 0);
  says("The keys are spread over 31 files. I collect them into one schema.");
  await searches("config.get( in src", "31 files, 118 keys");
  plans(steps, 1);
  retries(529, "overloaded");
  await edits("src/compiler/face-schema.ts", 131, 0);
  await commits("Reject unknown keys, and name the line");
  plans(steps, 2);
  says("`tilte:` now stops the compiler: *Unknown key tilte on line 3. Did you mean title?*");
  await runs("npm test -- compiler", 2 * SECOND_MS, { output: "Tests  118 passed (118)" });
  await commits("Test every key of the schema");
  plans(steps, steps.length);
  says("Done: every key of the schema has a test, and the 38 pilot faces compile in strict mode.");
  tasks("finish", "--outcome", "done", "--note", "Two commits, all tests pass.");
}

async function waits() {
  const steps = ["Keep the last seen HEAD", "Reconcile when HEAD moved", "Wait for CI"];
  plans(steps, 1);
  says("The cycle already notices HEAD; I let it reconcile before anything is dispatched.");
  await edits("src/cycle/reconcile.ts", 37, 9);
  await commits("Reconcile when HEAD moved");
  isDenied("git push --force-with-lease", "Pushing with force is not permitted.");
  await runs("git push --set-upstream origin HEAD", SECOND_MS, { output: "* [new branch]  HEAD -> reconcile-hooks" });
  plans(steps, 2);
  says("Force was not needed. Pushed; I wait for CI 8812.");
  const until = new Date(Date.now() + 15 * MINUTE_MS).toISOString();
  tasks("report", "--waiting-on", "CI 8812", "--until", until);
  await sleep(PLAYS_AT_MOST_MS);
}

async function asks() {
  const steps = ["Pick 200 questions over five kinds", "Take the names of people out", "Freeze the data of February"];
  plans(steps, 0);
  says("600 questions are left after removing duplicates. I pick 200 over the five kinds.");
  await runs("node scripts/pick-questions.js --count 200", SECOND_MS, { output: "200 picked: 40 of each kind" });
  plans(steps, 1);
  says("23 of them hold customers' own words. Whether these may be in the set is for a person to decide.");
  const answer = tasks("ask", "May the set hold customers' own words?", "--choice", "yes", "--choice", "no", "--wait");
  says(`The answer is **${answer}**; I go on.`);
  await commits(`Customers' own words: ${answer}`);
  plans(steps, steps.length);
  tasks("finish", "--outcome", "done", "--note", `200 questions, customers' own words: ${answer}.`);
}

async function fallsSilent() {
  plans(["Load the sample data", "Pipeline by stage and owner", "Win rate by month of creation"], 0);
  says("I load the partner's sample data, then build the pipeline page on standard fields only.");
  await reads("samples/partner-schema.json");
  await sleep(PLAYS_AT_MOST_MS);
}

/** Of Vitest, cut to what matters. */
const LEDGER_TEST = `FAIL  test/ledger/bridge.test.ts > explains every invoice of March
Error: 12 invoices of March have no row in the ledger

Tests  1 failed | 8 passed (9)`;

async function fails() {
  plans(["One query per known reason", "What is left, with its contracts"], 0);
  says("I run the bridge on March, the month that both numbers are quoted for.");
  await runs("npm test -- ledger", SECOND_MS, { exitCode: 1, output: LEDGER_TEST });
  says("12 invoices have no row in the ledger. Without them the bridge cannot be right, so I stop here.");
  process.exitCode = 2;
}

/**
 * From its limit to the end of the window. The run is tried again up to a minute after that, so about one to two minutes
 * after the demo has started.
 */
const LIMIT_MS = 40 * SECOND_MS;

async function meetsItsLimit() {
  const steps = ["Collect the last twenty questions", "One page per symptom", "Link each from its signal"];
  // In the worktree's part of the repository's .git: its files stay clean.
  const mark = git("rev-parse", "--git-path", "demo-limit-met");
  if (existsSync(mark)) {
    plans(steps, 2);
    says("The usage limit is over; I go on where I was.");
    await commits("One page per symptom, linked from its signal");
    plans(steps, steps.length);
    tasks("finish", "--outcome", "done", "--note", "Five pages, each linked from its signal.");
    return;
  }
  plans(steps, 0);
  says("I collect the last twenty questions first: most calls for help should be one of five.");
  await runs("node scripts/questions.js --last 20", 8 * SECOND_MS, { output: "20 questions, 5 symptoms" });
  plans(steps, 1);
  writeFileSync(mark, "");
  meetsLimit(Date.now() + LIMIT_MS);
  process.exitCode = 1;
}

/** It is started with the account whose limit another one has met, so it begins when that is over. */
async function waitsForTheLimit() {
  plans(["Say what a session may remember", "Forget it after 30 days"], 0);
  says("I write down what a session may remember before anything is stored.");
  await commits("What a session may remember");
  tasks("finish", "--outcome", "done", "--note", "What a session may remember, and for how long.");
}

const PARTS = {
  "rank-tables-by-real-usage": getsOn,
  "reject-unknown-keys-in-face-files": finishes,
  "startup-and-post-pull-reconcile-hooks": waits,
  "evaluation-set-of-200-analyst-questions": asks,
  "quickstart-dashboard-for-salesforce": fallsSilent,
  "reconcile-arr-with-the-billing-ledger": fails,
  "write-a-runbook-for-the-task-manager": meetsItsLimit,
  "conversation-memory-across-sessions": waitsForTheLimit,
};

begins();
await (PARTS[slug] ?? finishes)();
