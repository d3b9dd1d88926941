// A launchd agent of the user (launchd.plist(5)).

import { type Service, titleLine } from "./service.ts";

/** The text of the agent's property list. `logFile`: absolute; gets what the program prints. */
export function launchAgent(service: Service, logFile: string): string {
  const words = service.command.map((word) => `    <string>${escaped(word)}</string>`);
  const variables = Object.entries(service.environment).map(
    ([name, value]) => `    <key>${escaped(name)}</key><string>${escaped(value)}</string>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- ${titleLine(service).replace(/-{2,}/g, "-")}. Written by "tasks service install"; "tasks service remove" removes it. -->
<plist version="1.0">
<dict>
  <key>Label</key><string>${escaped(service.name)}</string>
  <key>ProgramArguments</key>
  <array>
${words.join("\n")}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
${variables.join("\n")}
  </dict>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><true/>
  <key>ThrottleInterval</key><integer>10</integer>
  <key>AbandonProcessGroup</key><true/>
  <key>StandardOutPath</key><string>${escaped(logFile)}</string>
  <key>StandardErrorPath</key><string>${escaped(logFile)}</string>
</dict>
</plist>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const escaped = (text: string): string => text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? "");
