import { describe, expect, it } from "vitest";
import { EMPTY_QUERY, isFiltered, parseStatusQuery, statusUrl, withoutFilter } from "./status-query.ts";

const parse = (text: string) => parseStatusQuery(new URLSearchParams(text));

describe("status query", () => {
  it.each([
    ["", EMPTY_QUERY],
    ["owner=dave&priority=p1", { ...EMPTY_QUERY, owner: "dave", priority: "p1" }],
    ["group=planned&page=3", { ...EMPTY_QUERY, group: "planned", page: 3 }],
    ["refresh=off&sort=age&flag=flawed", { ...EMPTY_QUERY, refresh: "off", sort: "age", flag: "flawed" }], // words-ok: address
    ["text=%20fix%20ci%20", { ...EMPTY_QUERY, text: "fix ci" }],
    ["owner=&priority=p9&group=__proto__&page=-1&refresh=1&sort=constructor&x=y", EMPTY_QUERY],
    ["group=done&page=4000", { ...EMPTY_QUERY, group: "done", page: 4000 }],
    ["page=1e9", EMPTY_QUERY],
  ])("reads ?%s", (text, expected) => expect(parse(text)).toEqual(expected));

  it("writes what it reads, only what differs from the default, always in one order", () => {
    const text = "priority=p1&owner=a%26b&group=done&page=2&refresh=15";
    expect(statusUrl(parse(text))).toBe("/status?owner=a%26b&group=done&priority=p1&page=2&refresh=15");
    expect(statusUrl(EMPTY_QUERY)).toBe("/status");
    expect(parse(statusUrl(parse(text)).slice("/status?".length))).toEqual(parse(text));
  });

  it("cuts overlong values", () => {
    expect(parse(`text=${"a".repeat(5000)}`).text).toHaveLength(200);
  });

  it("knows a filter from an owner, a sort or a group", () => {
    expect(isFiltered(parse("owner=dave&sort=age&group=done&refresh=off"))).toBe(false);
    expect(isFiltered(parse("text=x"))).toBe(true);
    expect(withoutFilter(parse("owner=dave&text=x&flag=watched&sort=age"))).toEqual(
      parse("owner=dave&sort=age"),
    );
  });
});
