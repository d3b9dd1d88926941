// Sections in rows and index records: heading, line, ticked and total in turn. A heading of the template is stored as
// its number, which saves a tenth of the text of both, and 70,000 equal strings when 10,000 tasks are read back. The
// numbers are part of the schema: a new heading goes to the end of the template.

import type { Section } from "../../../core/contract/task.ts";
import { TEMPLATE_SECTIONS } from "../../../core/task/scan-body.ts";

export type FlatSections = (string | number)[];

const NUMBERS: ReadonlyMap<string, number> = new Map(
  TEMPLATE_SECTIONS.map((heading, number) => [heading, number]),
);

export function flattenSections(sections: readonly Section[]): FlatSections {
  const flat: FlatSections = [];
  for (const { heading, line, ticked, total } of sections) {
    flat.push(NUMBERS.get(heading) ?? heading, line, ticked, total);
  }
  return flat;
}

export function readSections(flat: FlatSections): Section[] {
  const sections: Section[] = [];
  for (let at = 0; at < flat.length; at += 4) {
    const heading = flat[at] as string | number;
    sections.push({
      heading: typeof heading === "number" ? (TEMPLATE_SECTIONS[heading] ?? "") : heading,
      line: flat[at + 1] as number,
      ticked: flat[at + 2] as number,
      // Stored elsewhere, since earlier versions check this form (row-codec.ts, record-codec.ts).
      dropped: 0,
      total: flat[at + 3] as number,
    });
  }
  return sections;
}
