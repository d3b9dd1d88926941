import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../test/support/git-repository.ts";
import { protocolOf } from "./remote-address.ts";

const NOBODYS = { folders: ["/nowhere/app"] };

describe("which protocol git would speak", () => {
  test.each([
    ["https://github.com/o/r.git", "https"],
    ["https://user:pass@word@host:8443/o/r", "https"],
    ["https://host", "https"],
    ["ssh://git@host:22/o/r", "ssh"],
    ["git+ssh://host/o", "ssh"],
    ["ssh://[::1]:22/o", "ssh"],
    ["git://host/o/r", "git"],
    ["git@github.com:o/r.git", "ssh"],
    ["host.xz:~user/r", "ssh"],
    ["[::1]:r", "ssh"],
    ["/srv/git/r.git", "file"],
    ["file:///srv/git/r.git", "file"],
    ["file:///srv/a%20b", "file"],
  ])("%s: %s", (address, protocol) => expect(protocolOf(address, NOBODYS)).toBe(protocol));

  test.each([
    ...[
      "",
      "r",
      "./r",
      "../r",
      "~/r",
      "http://host/r",
      "HTTPS://host/r",
      "ftp://host/r",
      "file://host/r",
      "file://r",
    ],
    ...[
      "ext::sh -c x",
      "https::x",
      "ssh::x",
      "a:://x",
      "-x:y",
      "-oProxyCommand=x@host:y",
      "host:-x",
      "ssh://-x/y",
    ],
    ...[
      "ssh://-x@host/y",
      "ssh://user@-x/y",
      "ssh:///y",
      "git://-x",
      "file:///%zz",
      "/nowhere/app",
      "/nowhere/app/r.git",
    ],
    ...["file:///nowhere/app/r", "file:///nowhere/%61pp/r", "/elsewhere/../nowhere/app/r"],
  ])("S17: %j is nowhere to go", (address) => expect(protocolOf(address, NOBODYS)).toBeNull());

  test("S18: a link, or a name that git completes, does not lead into the repository either", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "app/evil.git"), { recursive: true });
    symlinkSync(join(folder, "app"), join(folder, "link"));
    const own = { folders: [join(folder, "app")] };
    for (const path of ["link/evil.git", "link/evil", "app/evil"])
      expect(protocolOf(join(folder, path), own)).toBeNull();
    expect(protocolOf(join(folder, "app-remote"), own)).toBe("file");
  });
});
