// The routes in code, in the route table and in docs/http-api.md are the same; so are the names of the protocol.

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ACTION_NAMES, actionAt } from "../addresses/action-names.ts";
import { EVENT_NAMES, LOOK_HEADER, NUDGE_HEADER, STATE_HEADER } from "../live/protocol.ts";
import { TOKEN_HEADER } from "../routes/actions/action-route.ts";
import { ROUTES, routeLabel } from "./route-table.ts";

const docs = readFileSync(new URL("../../../docs/http-api.md", import.meta.url), "utf8");
const documented = [...docs.matchAll(/^\| `(\/[^`]*)` \|/gm)].map(([, route]) => route);

test("every route is in docs/http-api.md, and every documented one exists", () => {
  expect(documented.toSorted()).toEqual([...ROUTES].sort());
});

test("every action is in docs/http-api.md", () => {
  const rows = [...docs.matchAll(/^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \| `/gm)].flatMap(([, names]) =>
    (names ?? "").replaceAll("`", "").split(", "),
  );
  expect(rows.filter((name) => actionAt(`/actions/${name}`) !== null)).toEqual([...ACTION_NAMES]);
  expect(docs).toContain(TOKEN_HEADER);
});

test("headers and events of the code are those of the docs", () => {
  for (const name of [LOOK_HEADER, NUDGE_HEADER, STATE_HEADER, ...Object.values(EVENT_NAMES)])
    expect(docs).toContain(`\`${name}`);
});

test("every problem code is in docs/http-api.md, and every documented one exists", () => {
  const rows = [...docs.matchAll(/^\| \d{3} \| `([a-z_]+)` \|/gm)].map(([, code]) => code ?? "");
  expect(rows.toSorted()).toEqual([...problemCodes()].sort());
});

function problemCodes(): Set<string> {
  const web = new URL("../", import.meta.url);
  const sources = readdirSync(web, { recursive: true, encoding: "utf8" }).filter((name) =>
    /(?<!\.test)\.ts$/.test(name),
  );
  const texts = sources.map((name) => readFileSync(new URL(name, web), "utf8"));
  return new Set(
    texts.flatMap((text) =>
      [...text.matchAll(/^ +code: "([a-z_]+)",\n +status:/gm)].map(([, code]) => code ?? ""),
    ),
  );
}

test.each([
  ["/status", "/status"],
  ["/status.json", "/status.json"],
  ["/tasks", "/tasks"],
  ["/tasks/a", "/tasks/:slug"],
  ["/tasks/a/b", "/tasks/:workstream/:slug"],
  ["/tasks/a/b/c", "other"],
  ["/docs/a/b/c.md", "/docs/:path"],
  ["/runs", "/runs"],
  ["/runs/run-1", "/runs/:id"],
  ["/runs/run-1/log", "/runs/:id/log"],
  ["/actions/stop-all", "/actions/:name"],
  ["/assets/x/y.css", "/assets/:digest/:name"],
  ["/", "/"],
  ["/nothing", "other"],
  ["/constructor/x", "other"],
  [null, "refused"],
])("H7: %s is counted as %s", (path, label) => {
  expect(routeLabel(path)).toBe(label);
});
