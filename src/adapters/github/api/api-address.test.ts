import { expect, test } from "vitest";
import { readApiAddress } from "./api-address.ts";

test.each<[baseUrl: string, restUrl: string, host: string]>([
  ["https://api.github.com", "https://api.github.com", "github.com"],
  ["https://API.github.com/", "https://api.github.com", "github.com"],
  ["https://git.corp.example/api/v3", "https://git.corp.example/api/v3", "git.corp.example"],
  ["https://git.corp.example:8443/api/v3/", "https://git.corp.example:8443/api/v3", "git.corp.example"],
  ["https://api.acme.ghe.com", "https://api.acme.ghe.com", "acme.ghe.com"],
  ["http://127.0.0.1:4000", "http://127.0.0.1:4000", "127.0.0.1"],
  ["http://127.1:4000", "http://127.0.0.1:4000", "127.0.0.1"],
  ["http://localhost:4000/api/v3", "http://localhost:4000/api/v3", "localhost"],
  ["http://[::1]:4000", "http://[::1]:4000", "[::1]"],
])("%s is the API of a host", (baseUrl, restUrl, host) => {
  expect(readApiAddress(baseUrl)).toMatchObject({ kind: "usable", api: { restUrl, host } });
});

test("remotes have github.com under three names, and other hosts under one", () => {
  const namesOf = (baseUrl: string) => {
    const address = readApiAddress(baseUrl);
    return address.kind === "usable" ? address.api.remoteHosts : [];
  };
  expect(namesOf("https://api.github.com")).toEqual(["github.com", "www.github.com", "ssh.github.com"]);
  expect(namesOf("https://git.corp.example/api/v3")).toEqual(["git.corp.example"]);
});

test.each<[baseUrl: string, message: string]>([
  ["", "github.base_url is not a web address"],
  ["api.github.com", "github.base_url is not a web address"],
  ["file:///etc/passwd", "github.base_url is not a web address"],
  ["https://github.com", "github.base_url is the address of pages, not of the API"],
  ["https://api.github.com?x=1", "github.base_url has a query or fragment after its path"],
])("%j is refused in words", (baseUrl, message) => {
  expect(readApiAddress(baseUrl)).toMatchObject({ kind: "unusable", message });
});

test.each([
  "http://api.github.com",
  "http://git.corp.example/api/v3",
  "http://localhost.evil.example",
  "http://127.0.0.1.nip.io",
  "http://10.0.0.1",
  "http://0.0.0.0:80",
])("S20: a token never travels readable: %s", (baseUrl) => {
  expect(readApiAddress(baseUrl)).toMatchObject({
    kind: "unusable",
    message: "github.base_url is http:, which would send the token unencrypted",
  });
});

test.each(["https://dave:hunter2@api.github.com", "https://ghp_hunter2@api.github.com/"])(
  "S20: a password in the setting is not repeated: %s",
  (baseUrl) => {
    const address = readApiAddress(baseUrl);
    expect(address.kind).toBe("unusable");
    expect(JSON.stringify(address)).not.toContain("hunter2");
  },
);
