// S20: a token for GitHub, in any shape, stays between the program and GitHub: it is in no page, JSON, metric, log, file or
// message, also when GitHub refuses it and when the remote's address holds it.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openPullRequest } from "../local-github/state.ts";
import { createHostedTree } from "../support/hosted-tree.ts";

const LONG = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8";

const TOKENS: readonly (readonly [shape: string, token: string])[] = [
  ["a classic one", `ghp_${LONG}`],
  ["a fine-grained one", `github_pat_11ABCDEFG0${LONG}_${LONG}`],
  ["of an app", `ghs_${LONG}`],
  ["of OAuth", `gho_${LONG}`],
  ["without a mark", "0123456789abcdef0123456789abcdef01234567"],
  ["with signs that a shell knows", "s3cr3t$`!'-(token)"],
];

test.each(TOKENS)("S20: %s is in no output", async (_, token) => {
  const tree = await createHostedTree({
    tasks: { a: { status: "in_progress" } },
    environment: { GITHUB_TOKEN: token, TASKS_SERVER_LOG_LEVEL: "debug" },
  });
  tree.github.accounts.allow(token, "mona");
  tree.git(
    "remote",
    "add",
    "origin",
    `https://mona:${encodeURIComponent(token)}@github.example/acme/app.git`,
  );
  openPullRequest(tree.hosted, { branch: "task/a", number: 7 });

  const said: string[] = [];
  const say = async (...words: string[]) => {
    const { stdout, stderr } = await tree.tasks(...words);
    said.push(stdout, stderr);
    return stdout;
  };
  expect(await say("heartbeat", "--format", "json")).toContain('"number": 7');
  tree.github.fault({ kind: "unauthorized" });
  const serve = await tree.serve();
  const page = async (path: string) => {
    const answer = await fetch(`${serve.url}${path}`);
    said.push(JSON.stringify([...answer.headers]), await answer.text());
  };
  await page("/status?look=now");
  for (const path of ["/status", "/status.json", "/metrics", "/tasks/a", "/activity", "/readyz"])
    await page(path);
  for (const words of [
    "prs",
    "doctor",
    "config",
    "why a",
    "reconcile",
    "deliver --dry-run",
    "prs --format json",
  ])
    await say(...words.split(" "));
  serve.process.kill("SIGTERM");
  const { stdout, stderr } = await serve.ended;
  said.push(stdout, stderr, ...filesOf(join(tree.root, ".tasks")));

  for (const text of said)
    for (const shape of shapesOf(token))
      expect(text.includes(shape), `${shape} in ${text.slice(0, 200)}`).toBe(false);
  expect(said.join("\n")).toContain("acme/app");
});

/** As it is, in an address, in JSON, and in a shell. */
function shapesOf(token: string): readonly string[] {
  const escaped = token.replaceAll(/[$`!'()]/g, "\\$&");
  return [...new Set([token, encodeURIComponent(token), JSON.stringify(token).slice(1, -1), escaped])];
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, "latin1"));
}
