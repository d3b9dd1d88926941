import { describe, expect, test } from "vitest";
import { parseRemoteUrl, parseRepositoryName } from "./remote-repository.ts";

const REPOSITORY = { host: "github.com", owner: "acme", name: "app" };

test.each([
  "https://github.com/acme/app",
  "https://github.com/acme/app.git",
  "https://github.com/acme/app.git/",
  "https://github.com:443/acme/app/",
  "HTTPS://GitHub.com/acme/app.git",
  "git@github.com:acme/app.git",
  "github.com:acme/app",
  "git@github.com:/acme/app.git",
  "org-1234@github.com:acme/app.git",
  "ssh://git@github.com/acme/app.git",
  "ssh://git@github.com:22/acme/app",
  "git+ssh://git@github.com/acme/app",
  "git://github.com/acme/app.git",
])("is acme/app on github.com: %s", (url) => {
  expect(parseRemoteUrl(url)).toEqual(REPOSITORY);
});

test.each<[url: string, host: string]>([
  ["ssh://git@ssh.github.com:443/acme/app.git", "ssh.github.com"],
  ["http://127.0.0.1:4000/acme/app", "127.0.0.1"],
  ["http://[::1]:4000/acme/app", "[::1]"],
  ["git@git.corp-1.example:acme/app.git", "git.corp-1.example"],
])("%s is on %s", (url, host) => {
  expect(parseRemoteUrl(url)).toEqual({ ...REPOSITORY, host });
});

test.each<[url: string, owner: string, name: string]>([
  ["https://github.com/acme/.github", "acme", ".github"],
  ["https://github.com/acme/app.git.git", "acme", "app.git"],
  ["git@github.com:a-b_c/d.e-f", "a-b_c", "d.e-f"],
])("keeps odd names: %s", (url, owner, name) => {
  expect(parseRemoteUrl(url)).toMatchObject({ owner, name });
});

test.each([
  "https://dave:hunter2@github.com/acme/app.git",
  "https://ghp_0123456789abcdefghij0123456789abcdef@github.com/acme/app",
  "https://x-access-token:p@ss@github.com/acme/app",
  "https://dave:$(touch%20x)@github.com/acme/app",
])("S20: a name and password in a remote's URL stay there: %s", (url) => {
  expect(parseRemoteUrl(url)).toEqual(REPOSITORY);
});

describe("S17: what is not plainly a remote is none", () => {
  test.each([
    "",
    "/srv/git/app.git",
    "../app.git",
    "file:///srv/git/acme/app.git",
    "C:/acme/app",
    "C:\\acme\\app",
    "--upload-pack=touch x",
    "--upload-pack=x:acme/app",
    "-oProxyCommand=x@github.com:acme/app",
    "ssh://-oProxyCommand=x/acme/app",
    "ext::sh -c touch% x",
    "ext::github.com/acme/app",
    "fd::17/acme",
    "javascript://github.com/acme/app",
    "https://github.com",
    "https://github.com/acme",
    "https://github.com/acme/",
    "https://github.com/acme/.git",
    "https://github.com/acme//app",
    "https://github.com/acme/app/tree/main",
    "https://github.com/../app",
    "https://github.com/acme/..",
    "https://github.com/acme/%2e%2e",
    "https://github.com/acme/app?x=1",
    "https://github.com/acme/app#x",
    "https://github.com/acme/-app",
    "https://github.com/-acme/app",
    "https://github.com/acme/app\n",
    "https://github.com/acme/app\nX: y",
    "https://github.com\u0000/acme/app",
    "https://gith\u00fcb.com/acme/app",
    "https://github.com/acme/$(touch x)",
    "https://github.com/acme/app;x",
    "https://github.com:443:1/acme/app",
    "git@github.com:acme/app/more",
    "git@github.com::acme/app",
    "git@github.com://acme/app",
    "git@:acme/app",
    `https://github.com/acme/${"a".repeat(101)}`,
    `https://${"a".repeat(2000)}/acme/app`,
  ])("%j", (url) => {
    expect(parseRemoteUrl(url)).toBeNull();
  });
});

test.each(["acme/app", "acme/.github", "_/_"])("%s is the name of a repository", (text) => {
  const [owner, name] = text.split("/");
  expect(parseRepositoryName(text)).toEqual({ owner, name });
});

test.each(["", "acme", "acme/", "/app", "acme/app/x", "acme/..", "./app", "ac me/app", "acme/app\n"])(
  "S17: %j is no name of a repository",
  (text) => {
    expect(parseRepositoryName(text)).toBeNull();
  },
);
