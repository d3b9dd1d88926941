import { describe, expect, it } from "vitest";
import { documentUrl, milestoneUrl, taskUrl, workstreamUrl } from "./links.ts";
import { parseTarget } from "./request-path.ts";

describe("addresses of pages", () => {
  it.each([
    ["fix-the-page", "/tasks/fix-the-page"],
    ["infra/fix-the-page", "/tasks/infra/fix-the-page"],
    ["grün #1", "/tasks/gr%C3%BCn%20%231"],
    ["100%", "/tasks?slug=100%25"],
    ["fix: the page", "/tasks?slug=fix%3A%20the%20page"],
    ["infra/back\\slash", "/tasks?slug=infra%2Fback%5Cslash"],
    ["new\nline", "/tasks?slug=new%0Aline"],
    ["at the end ", "/tasks?slug=at%20the%20end%20"],
  ])("task %j is at %s", (key, url) => expect(taskUrl(key)).toBe(url));

  it("a file has a page where a path may name it", () => {
    expect(documentUrl("tasks/team/dave fowler.md")).toBe("/docs/team/dave%20fowler.md");
    expect(documentUrl("tasks/team/50%.md")).toBeNull();
  });

  it.each(["plain", "50%", "c:", "a\\b", "..", ".git", "end.", "\u0000", "a/b", "?x", "#", "\u202e"])(
    "S9: every name has an address that the server takes: %j",
    (name) => {
      for (const url of [taskUrl(name), workstreamUrl(name), milestoneUrl(name)])
        expect(parseTarget(url)).not.toBeNull();
    },
  );
});
