// A systemd user unit (systemd.service(5), systemd.exec(5), systemd.syntax(7)).

import { type Service, titleLine } from "./service.ts";

/** The text of the unit's file. */
export function systemdUnit(service: Service): string {
  const [program, ...words] = service.command;
  const variables = Object.entries(service.environment);
  return `# Written by \`tasks service install\`; \`tasks service remove\` removes it.
[Unit]
Description=${titleLine(service)}
# It is started again for as long as it takes: a full disk or a missing folder may last hours.
StartLimitIntervalSec=0

[Service]
ExecStart=${[quoted(percent(program)), ...words.map((word) => quoted(dollar(percent(word))))].join(" ")}
${variables.map(([name, value]) => `Environment=${quoted(percent(`${name}=${value}`))}\n`).join("")}Restart=always
RestartSec=2
# systemd 254 and newer: up to two minutes between starts.
RestartSteps=6
RestartMaxDelaySec=120
# Workers are processes of their own: they work on while the unit is restarted, stopped or replaced.
KillMode=process
# A worker that the kernel ends for want of memory ends nothing else.
OOMPolicy=continue

[Install]
WantedBy=default.target
`;
}

/** `%` begins a specifier everywhere in a unit. */
const percent = (text: string): string => text.replaceAll("%", "%%");

/** `$` begins a variable in arguments, not in the program's path. */
const dollar = (text: string): string => text.replaceAll("$", "$$$$");

/** In quotes only these two characters mean something else. */
const quoted = (text: string): string => `"${text.replace(/[\\"]/g, "\\$&")}"`;
