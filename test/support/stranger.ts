// Requests of another user of this machine: sent by a process of an unprivileged user, which only root can start. Without
// root there is a made-up one.

import { spawn } from "node:child_process";
import process from "node:process";
import { parseRaw, type RawAnswer } from "./web-fixture.ts";

/** Where false, a test judges a made-up uid instead. */
export const CAN_BE_A_STRANGER = process.getuid?.() === 0 && process.platform === "linux";

/** Not 65534, which stands for users without a number. */
const STRANGER_UID = 12_345;

const CLIENT = `
  const [port, host, text] = process.argv.slice(1);
  const socket = require("node:net").connect(Number(port), host, () => socket.write(text, "latin1"));
  let quiet;
  socket.on("data", (chunk) => {
    process.stdout.write(chunk);
    clearTimeout(quiet);
    quiet = setTimeout(() => socket.end(), 100);
  });
`;

export function sendAsStranger(port: number, text: string, host = "127.0.0.1"): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["-e", CLIENT, String(port), host, text], {
      uid: STRANGER_UID,
      gid: STRANGER_UID,
      cwd: "/",
      env: {},
      stdio: ["ignore", "pipe", "inherit"],
    });
    let received = "";
    child.stdout.setEncoding("latin1");
    child.stdout.on("data", (chunk: string) => {
      received += chunk;
    });
    child.on("error", reject);
    child.on("close", () => resolve(parseRaw(received)));
  });
}
