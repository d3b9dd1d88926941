import { describe, expect, it } from "vitest";
import { FRESH, OBSERVED_AT, sampleAttestation } from "../../../../test/support/sample-snapshot.ts";
import { ageSlot, fillPage, fillSlots, findSlots, slotValues } from "./age-slot.ts";
import { html } from "./html.ts";

const valuesAt = (ageMs: number | null) =>
  slotValues({ attestation: sampleAttestation(), freshness: { ...FRESH, age_ms: ageMs } });

describe("age slots", () => {
  it.each([
    [0, "0 s"],
    [4321, "4 s"],
    [61_000, "1 min"],
    [-5, "0 s"],
    [1e15, "31709 years"],
    [null, "unknown"],
  ])("F7: an age of %s ms reads %s, in the same number of bytes", (ageMs, text) => {
    const page = findSlots(String(html`<b>${ageSlot("age")}</b> ü <i>${ageSlot("age_ms")}</i>`));
    const filled = fillSlots(page, valuesAt(ageMs));
    expect(filled).toHaveLength(page.bytes.length);
    expect(filled.toString("utf8")).toMatch(new RegExp(`^<b>${text} *</b> ü <i>`));
  });

  it("fills every occurrence of every slot", () => {
    const page = String(
      html`${ageSlot("observed_at")}|${ageSlot("observed_clock")}|${ageSlot("duration")}|${ageSlot("tasks_age")}|${ageSlot("runs_age")}|${ageSlot("observed_clock")}`,
    );
    expect(fillPage(page, valuesAt(4000)).replace(/ +\|/g, "|")).toBe(
      `${OBSERVED_AT}|12:04:31|18 ms|4 s||12:04:31`,
    );
  });

  it("F9: a source's age counts from its own observation", () => {
    const attestation = sampleAttestation();
    const tasks = { ...attestation.sources.tasks, observed_at: "2026-03-24T12:03:31.000Z" };
    const values = slotValues({
      attestation: { ...attestation, sources: { ...attestation.sources, tasks } },
      freshness: FRESH,
    });
    expect(values.tasks_age).toBe("1 min");
  });

  it("leaves the kept bytes alone", () => {
    const page = findSlots(String(ageSlot("age")));
    const before = Buffer.from(page.bytes);
    fillSlots(page, valuesAt(4000));
    expect(page.bytes.equals(before)).toBe(true);
  });
});
