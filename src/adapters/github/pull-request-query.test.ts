import { parse, validate } from "graphql";
import { expect, test } from "vitest";
import { githubSchema } from "../../../test/local-github/schema.ts";
import type { WantedPullRequest } from "../../ports/git/pull-request-host.ts";
import { buildQuery } from "./pull-request-query.ts";

const CONNECTION = { owner: "acme", name: "app" };

test("is a question that GitHub's published schema takes, whatever is wanted", () => {
  const schema = githubSchema();
  const wanted: WantedPullRequest[] = Array.from({ length: 50 }, (_, index) =>
    index % 2 === 0 ? { kind: "branch", branch: `task/${index}` } : { kind: "number", number: index },
  );
  expect(validate(schema, parse(buildQuery(CONNECTION, wanted).query))).toEqual([]);
  expect(validate(schema, parse(buildQuery(CONNECTION, wanted.slice(0, 1)).query))).toEqual([]);
  expect(validate(schema, parse(buildQuery(CONNECTION, wanted.slice(1, 2)).query))).toEqual([]);
});

test.each([
  "--upload-pack=touch x",
  '") { nodes { id } } } #',
  "$(touch x)",
  "a;b`c`",
  "a\nb",
  "ext::sh -c x",
  "*",
  "\u202e",
])("S17: a branch is data: %j", (branch) => {
  const { query, variables } = buildQuery(CONNECTION, [{ kind: "branch", branch }]);
  expect(query).toBe(buildQuery(CONNECTION, [{ kind: "branch", branch: "plain" }]).query);
  expect(variables).toEqual({ owner: "acme", name: "app", v0: branch });
});
