import { describe, expect, it } from "vitest";
import { fullRun, queued, runId, taken } from "../../../../test/contract/store-run-samples.ts";
import { StoreError } from "../../../ports/store/store-error.ts";
import { decodeRun, encodeRun } from "./run-codec.ts";

const RUN = fullRun(taken(queued("infra/a")));

/** The stored row with another body. */
function withBody(change: (body: Record<string, unknown>) => unknown): Record<string, unknown> {
  const row = encodeRun(RUN);
  return { ...row, body: JSON.stringify(change(JSON.parse(String(row["body"])))) };
}

describe("a stored run", () => {
  it("is read back whole", () => {
    expect(decodeRun(encodeRun(RUN))).toEqual(RUN);
    expect(decodeRun(encodeRun(queued("a")))).toEqual(queued("a"));
  });

  it("holds each fact once: what is a column is not in the body", () => {
    const { body, ...columns } = encodeRun(RUN);
    const names = Object.keys(JSON.parse(String(body)));
    expect(Object.keys(columns).filter((name) => names.includes(name))).toEqual([]);
    expect(decodeRun(withBody((rest) => ({ ...rest, id: runId("another") }))).id).toBe(RUN.id);
  });

  it("keeps what a newer version has added to it, through a change of this one", () => {
    const added = decodeRun(
      withBody((body) => ({ ...body, mood: "fine", outcome: { ...RUN.outcome, stars: 5 } })),
    );
    expect(added).toMatchObject({ ...RUN, mood: "fine", outcome: { stars: 5 } });
    expect(decodeRun(encodeRun({ ...added, attempt: 9 }))).toMatchObject({ attempt: 9, mood: "fine" });
  });

  it.each([
    ["no JSON", { ...encodeRun(RUN), body: "{" }],
    ["no object", withBody(() => "text")],
    ["null", withBody(() => null)],
    ["without a field", withBody(({ attempts: _, ...rest }) => rest)],
    ["with a field of another kind", withBody((body) => ({ ...body, followUps: "none" }))],
    ["with an unknown end", withBody((body) => ({ ...body, attempts: [{ end: { kind: "melted" } }] }))],
    ["in no state there is", { ...encodeRun(RUN), state: "asleep" }],
    ["without its task", { ...encodeRun(RUN), key: null }],
  ])("that is %s is damage", (_, row) => {
    expect(() => decodeRun(row)).toThrow(StoreError);
    expect(() => decodeRun(row)).toThrow("a run cannot be read back");
  });
});
