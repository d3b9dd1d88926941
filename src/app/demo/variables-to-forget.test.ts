import { expect, test } from "vitest";
import { variablesToForget } from "./variables-to-forget.ts";

const USER = { GITHUB_TOKEN: "ghp_x", GH_TOKEN: "ghp_y", GH_HOST: "github.acme.com", PATH: "/bin" };

test("S20: the user's tokens and GitHub settings are not for the demo", () => {
  expect(
    variablesToForget({
      ...USER,
      TASKS_GITHUB_REPOSITORY: "acme/app",
      TASKS_GITHUB_BRANCHES: "x/{slug}",
      TASKS_DELIVERY_REBASE: "safe",
      TASKS_OWNER: "dave",
    }),
  ).toEqual([
    "GITHUB_TOKEN",
    "GH_TOKEN",
    "GH_HOST",
    "TASKS_GITHUB_REPOSITORY",
    "TASKS_GITHUB_BRANCHES",
    "TASKS_DELIVERY_REBASE",
  ]);
});

test.each([
  "https://github.acme.com/api/v3",
  "https://127.0.0.1.evil.example/api",
  "https://127.0.0.1@evil.example/api",
  "no address",
])("a GitHub elsewhere is nothing for it either: %s", (address) => {
  const environment = { GITHUB_TOKEN: "ghp_x", TASKS_GITHUB_BASE_URL: address };
  expect(variablesToForget(environment)).toEqual(["GITHUB_TOKEN", "TASKS_GITHUB_BASE_URL"]);
});

test("of a GitHub on this machine it knows where that is, and the token in GITHUB_TOKEN", () => {
  expect(
    variablesToForget({
      ...USER,
      TASKS_GITHUB_BASE_URL: "http://127.0.0.1:4711",
      TASKS_GITHUB_REPOSITORY: "demo/demo",
    }),
  ).toEqual(["GH_TOKEN", "GH_HOST"]);
});
