// What a person reads on a page: a small reader of HTML.

import { DomUtils, parseDocument } from "htmlparser2";

type Nodes = ReturnType<typeof parseDocument>["children"];
type Element = ReturnType<typeof DomUtils.findAll>[number];

/** An element, or the whole page. */
export class PagePart {
  readonly #nodes: Nodes;

  constructor(nodes: Nodes) {
    this.#nodes = nodes;
  }

  get text(): string {
    return DomUtils.textContent(this.#nodes).replace(/\s+/g, " ").trim();
  }

  /** What its `time` elements stand for, in ms. */
  get timesMs(): readonly number[] {
    return this.#find(({ name }) => name === "time").map(({ attribs }) =>
      Date.parse(attribs["datetime"] ?? ""),
    );
  }

  byId(id: string): PagePart | null {
    return this.#all(({ attribs }) => attribs["id"] === id)[0] ?? null;
  }

  /** By the name of the element and one of its classes. */
  tags(name: string, className: string | null = null): readonly PagePart[] {
    return this.#all(
      (element) =>
        element.name === name &&
        (className === null || (element.attribs["class"] ?? "").split(" ").includes(className)),
    );
  }

  attribute(name: string): string | null {
    const [first] = this.#nodes;
    return first !== undefined && "attribs" in first ? (first.attribs[name] ?? null) : null;
  }

  /** By heading: what its `dl` of facts says. */
  get facts(): ReadonlyMap<string, PagePart> {
    const values = this.tags("dd");
    return new Map(
      this.tags("dt").flatMap((term, at): [string, PagePart][] => {
        const value = values[at];
        return value === undefined ? [] : [[term.text, value]];
      }),
    );
  }

  #all(test: (element: Element) => boolean): readonly PagePart[] {
    return this.#find(test).map((element) => new PagePart([element]));
  }

  #find(test: (element: Element) => boolean): readonly Element[] {
    return DomUtils.findAll(test, this.#nodes);
  }
}

export function readPage(html: string): PagePart {
  return new PagePart(parseDocument(html).children);
}
