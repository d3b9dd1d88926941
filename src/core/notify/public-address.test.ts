import { describe, expect, test } from "vitest";
import { shownTarget, targetOf, whyNotConnected } from "./notify-target.ts";
import { isPublicAddress } from "./public-address.ts";

describe("S21: addresses that are not public", () => {
  test.each([
    "127.0.0.1",
    "127.255.0.9",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.127.255.255",
    "0.0.0.0",
    "192.0.2.7",
    "198.19.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:7f00:1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "2001:db8::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2002:7f00:1::",
    "3fff::1",
    // Forms that another reader takes for 127.0.0.1.
    "2130706433",
    "0177.0.0.1",
    "0x7f.0.0.1",
    "127.1",
    "1.2.3",
    "256.1.1.1",
    "",
    "localhost",
    "2001:4860:4860::8888%eth0",
    "2600::[",
  ])("%j is refused", (address) => expect(isPublicAddress(address)).toBe(false));

  test.each(["8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "192.167.0.1"])(
    "%s is public",
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  test.each(["2001:4860:4860::8888", "2606:4700::1111", "2a00:1450:4001:80b::200e", "2003:0:1::1"])(
    "%s is public",
    (address) => expect(isPublicAddress(address)).toBe(true),
  );
});

describe("S21: where a notification may be sent", () => {
  test.each([
    ["http://127.0.0.1/", "not https"],
    ["https://127.0.0.1/", "not a public address"],
    ["https://2130706433/", "not a public address"],
    ["https://0177.0.0.1/", "not a public address"],
    ["https://0x7f.1/", "not a public address"],
    ["https://[::1]/", "not a public address"],
    ["https://[::ffff:127.0.0.1]/", "not a public address"],
    ["https://[fe80::1]/", "not a public address"],
    ["http://ntfy.sh/topic", "not https"],
    ["ftp://ntfy.sh/topic", "not an https address"],
    ["file:///etc/passwd", "not an https address"],
    ["ntfy.sh/topic", "not an https address"],
    ["", "not an https address"],
  ])("%s is refused", (text, why) => {
    expect(targetOf(text, ["other.lan"])).toEqual({ kind: "refused", why: expect.stringContaining(why) });
  });

  test.each([
    ["http://127.0.0.1:8080/hook", "127.0.0.1"],
    ["http://127.0.0.1:8080/hook", "127.0.0.1:8080"],
    ["http://NTFY.lan./topic", "ntfy.lan"],
    ["http://ntfy.lan/topic", "NTFY.lan.:80"],
    ["https://[::1]:9/topic", "[::1]:9"],
    ["https://[::1]/topic", "::1"],
  ])("%s is fine where notify.allow has %s", (text, entry) => {
    expect(targetOf(text, [entry])).toMatchObject({ kind: "target", target: { isAllowed: true } });
  });

  test.each(["127.0.0.1:8081", "0.0.0.1", "evil-127.0.0.1", "127.0.0.1.nip.io", "*", ""])(
    "an entry %j does not allow another host or port",
    (entry) => expect(targetOf("http://127.0.0.1:8080/", [entry]).kind).toBe("refused"),
  );

  test("a public name is judged by the address that it leads to", () => {
    const found = targetOf("https://127.0.0.1.nip.io/hook", ["10.0.0.7"]);
    if (found.kind !== "target") throw new Error(found.why);
    const { target } = found;
    expect(whyNotConnected(target, "8.8.8.8", [])).toBeNull();
    expect(whyNotConnected(target, "10.0.0.7", ["10.0.0.7"])).toBeNull();
    expect(whyNotConnected(target, "127.0.0.1", ["10.0.0.7"])).toBe(
      "127.0.0.1.nip.io leads to 127.0.0.1, not a public address; list 127.0.0.1.nip.io in notify.allow if it is meant",
    );
  });

  test("S20: an address is shown without what may be secret in it", () => {
    expect(shownTarget("https://user:pass@hooks.example/services/T0/B0/secret?key=1")).toBe(
      "https://hooks.example/…",
    );
    expect(shownTarget("secret")).toBe("an address that cannot be read");
  });
});
