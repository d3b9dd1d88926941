import { describe, expect, test } from "vitest";
import { UserError } from "../../core/contract/user-error.ts";
import { type AccessOptions, decideAccess } from "./access.ts";

const TOKEN = "0123456789abcdef";
const base: AccessOptions = { host: "127.0.0.1", token: undefined, noAuth: false };

describe("S1: who may reach the server", () => {
  test.each<[Partial<AccessOptions>, string]>([
    [{}, "loopback"],
    [{ host: "localhost" }, "loopback"],
    [{ host: "::1" }, "loopback"],
    [{ host: "127.8.9.1" }, "loopback"],
    [{ token: "" }, "loopback"],
    [{ noAuth: true }, "loopback"],
    [{ token: TOKEN }, "token"],
    [{ host: "0.0.0.0", token: TOKEN }, "token"],
    [{ host: "0.0.0.0", noAuth: true }, "none"],
    [{ host: "0.0.0.0" }, "refused"],
    [{ host: "::" }, "refused"],
    [{ host: "192.168.1.5" }, "refused"],
    [{ host: "tasks.example.com" }, "refused"],
    [{ host: "127.0.0.1.nip.io" }, "refused"],
    [{ host: "::ffff:10.0.0.1" }, "refused"],
    [{ host: "" }, "refused"],
    [{ host: "0.0.0.0", token: "short" }, "refused"],
    [{ token: "short" }, "refused"],
    [{ host: "0.0.0.0", token: TOKEN, noAuth: true }, "refused"],
  ])("%j is %s", (options, expected) => {
    expect(decision({ ...base, ...options })).toBe(expected);
  });

  test("a token is never repeated in the refusal", () => {
    expect(() => decideAccess({ ...base, token: "short-secret" })).toThrow(/^(?!.*short-secret)/);
  });
});

function decision(options: AccessOptions): string {
  try {
    return decideAccess(options).kind;
  } catch (error) {
    if (error instanceof UserError && error.code === "address_refused") return "refused";
    throw error;
  }
}
