import fc from "fast-check";
import { expect, test } from "vitest";
import { rounds } from "../../../test/support/rounds.ts";
import { sampleRow, sampleSignal } from "../../../test/support/sample-snapshot.ts";
import { SECOND_MS } from "../values/durations.ts";
import { NO_PACE, type Pace, paceNews } from "./burst.ts";
import { FLAP_MS, type KnownNeeds, needsOf, stepNeeds } from "./needs.ts";
import { targetOf, whyNotConnected } from "./notify-target.ts";
import { isPublicAddress } from "./public-address.ts";

const RUNS = rounds({ short: 200, full: 5_000 });
const KEYS = ["a", "b", "c"];

/** Steps of up to three minutes, each with the tasks that need a person then, for one and the same reason. */
const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 180 }), fc.subarray(KEYS)), { maxLength: 40 });

test("N81: whatever comes and goes, each end follows a beginning, and a beginning an end or more than two minutes", () => {
  fc.assert(
    fc.property(steps, (course) => {
      let known: KnownNeeds = new Map();
      let nowMs = 0;
      const open = new Set<string>();
      const seenMs = new Map<string, number>();
      for (const [seconds, keys] of course) {
        nowMs += seconds * SECOND_MS;
        const signals = [sampleSignal("ci_failed", "Checks failing")];
        const rows = keys.map((key) => sampleRow({ key, group: "needs_attention", signals }));
        const step = stepNeeds(known, needsOf(rows), nowMs);
        known = step.known;
        for (const { kind, need } of step.news) {
          if (kind === "resolved") expect(open.delete(need.key)).toBe(true);
          else if (open.has(need.key))
            expect(nowMs - (seenMs.get(need.key) ?? 0)).toBeGreaterThanOrEqual(FLAP_MS);
          if (kind === "needs_you") open.add(need.key);
        }
        for (const key of keys) {
          expect(open.has(key)).toBe(true);
          seenMs.set(key, nowMs);
        }
        if (step.dueMs !== null) expect(step.dueMs).toBeGreaterThan(nowMs);
      }
    }),
    { numRuns: RUNS },
  );
});

test("N83: no news is lost or said twice, however fast they come", () => {
  const arriving = fc.array(fc.tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 9 })), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(arriving, (course) => {
      let pace: Pace<number> = NO_PACE;
      let nowMs = 0;
      let next = 0;
      const said: number[] = [];
      for (const [seconds, count] of [...course, [120, 0] as const]) {
        nowMs += seconds * SECOND_MS;
        const paced = paceNews(
          pace,
          Array.from({ length: count }, () => next++),
          nowMs,
        );
        pace = paced.pace;
        said.push(...paced.single, ...paced.together);
      }
      expect(said).toEqual(Array.from({ length: next }, (_, at) => at));
    }),
    { numRuns: RUNS },
  );
});

test("S21: any text is judged without an exception, and a private IPv4 address in any form is never a target", () => {
  fc.assert(
    fc.property(fc.string(), fc.webUrl(), fc.ipV6(), (text, url, v6) => {
      expect(typeof isPublicAddress(text)).toBe("boolean");
      expect(typeof isPublicAddress(v6)).toBe("boolean");
      for (const address of [text, url, `https://${text}`, `https://${text}@x/`, `https://[${v6}]/`]) {
        const found = targetOf(address, [text]);
        if (found.kind === "target") whyNotConnected(found.target, text, [text]);
      }
    }),
    { numRuns: RUNS },
  );
  const low = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(
      fc.constantFrom([10, 0], [127, 0], [192, 168], [172, 16], [169, 254], [100, 64]),
      low,
      low,
      (start, c, d) => {
        const [a = 0, b = 0] = start;
        const number = ((a * 256 + b) * 256 + c) * 256 + d;
        const hex = (byte: number) => byte.toString(16).padStart(2, "0");
        const v6 = `${hex(a)}${hex(b)}:${hex(c)}${hex(d)}`;
        for (const host of [
          `${a}.${b}.${c}.${d}`,
          String(number),
          `0x${number.toString(16)}`,
          `0${a.toString(8)}.${b}.${c}.${d}`,
          `[::ffff:${v6}]`,
          `[::${v6}]`,
          `[64:ff9b::${v6}]`,
          `[2002:${v6}::]`,
        ])
          expect([host, targetOf(`https://${host}/`, []).kind]).toEqual([host, "refused"]);
      },
    ),
    { numRuns: RUNS },
  );
});
