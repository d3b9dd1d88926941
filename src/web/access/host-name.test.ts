import { expect, test } from "vitest";
import { allowedNames, parseHost } from "./host-name.ts";

test.each([
  ["localhost", "localhost", null],
  ["LocalHost:8005", "localhost", "8005"],
  ["localhost.", "localhost", null],
  ["[::1]:80", "::1", "80"],
  ["a_b.example", "a_b.example", null],
])("%s is read", (text, name, port) => {
  expect(parseHost(text)).toEqual({ name, port });
});

test.each([
  "",
  ".",
  "[::1%25x]",
  "::1",
  "a b",
  "a,b",
  "a:b",
  "a:123456",
  "http://a",
  "a/b",
  "a\u0000",
  "münchen",
])("%s is no host", (text) => {
  expect(parseHost(text)).toBeNull();
});

test("S2: own names, the address listened on and configured names are allowed; a wildcard is no name", () => {
  const names = allowedNames("192.0.2.7", ["Tasks.Example.com", "fe80::1", "not a host"]);
  for (const name of ["localhost", "127.0.0.1", "::1", "192.0.2.7", "tasks.example.com", "fe80::1"]) {
    expect(names).toContain(name);
  }
  expect(names.size).toBe(6);
  expect(allowedNames("0.0.0.0", [])).not.toContain("0.0.0.0");
  expect(allowedNames("0.0.0.0", [])).toContain("127.0.0.1");
});
