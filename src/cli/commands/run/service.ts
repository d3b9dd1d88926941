// `tasks service`: `tasks serve` of one repository, kept running by the system.

import { type Service, serviceProblem } from "../../../core/service/service.ts";
import { isoTimeOrNull } from "../../../core/text/iso-time.ts";
import { quote } from "../../../core/text/quote.ts";
import { shellWord } from "../../../core/text/shell-word.ts";
import type { ServiceManager, ServiceState } from "../../../ports/system/service-manager.ts";
import type { Command, CommandContext, RepositoryContext } from "../../contract/command.ts";
import { confirm } from "../../contract/confirm.ts";
import { accepted, refused, usage } from "../../contract/errors.ts";
import { textFlag } from "../../contract/flag-values.ts";
import { FORMAT, flag, OWNER, PORT, REPO } from "../../contract/flags.ts";
import { asJson, printLines } from "../../contract/print-result.ts";
import { clockTime } from "../../print/duration.ts";
import { terminalText } from "../../print/terminal-text.ts";
import { openRepository } from "../../repository/open-repository.ts";
import { repositoryName } from "../../repository/open-runner.ts";

const ACTIONS = ["install", "remove", "status"] as const;

export const command: Command = {
  insideRun: "refused",
  arguments: [{ name: "what", required: true, description: ACTIONS.join(", ") }],
  description:
    "Keeps the runner and its page through closed terminals, log-outs and restarts of the machine: a systemd user unit, or a launchd agent on macOS. `install` says what it will do and asks. `remove` undoes exactly that; workers that are running go on. See docs/service.md.",
  flags: [
    REPO,
    OWNER,
    PORT,
    flag("--runner-only", "without the page: `tasks run` instead of `tasks serve`"),
    flag("--no-linger", "end with the session: do not switch lingering on (systemd)"),
    flag("--yes", "do not ask"),
    FORMAT,
  ],
  examples: [
    { line: "tasks service install", does: "from now on the page is always there" },
    { line: "tasks service status", does: "is it running, since when, and where is its log" },
    { line: "tasks service remove", does: "undo it" },
  ],
  run: service,
};

/** Exits 3 where there is no service manager, or the answer is no. */
async function service(context: CommandContext): Promise<void> {
  const action = ACTIONS.find((one) => one === context.argument);
  if (action === undefined)
    throw usage(
      `\`tasks service\` does not know ${quote(context.argument ?? "")}.`,
      `It is one of ${ACTIONS.join(", ")}.`,
    );
  const opened = await openRepository(context);
  const manager = await opened.system.openServiceManager();
  if (manager.kind === "refused") throw accepted(manager);
  const name = await opened.system.nameService(opened.root);
  if (action === "install") await install(opened, manager, name);
  if (action === "remove") await remove(opened, manager, name);
  if (action === "status") print(opened, await manager.look(name), []);
}

async function install(opened: RepositoryContext, manager: ServiceManager, name: string): Promise<void> {
  const { loaded, flags, output } = opened;
  if (loaded.untrusted.length > 0)
    throw accepted({
      kind: "refused",
      code: "trust_needed",
      message: "This repository is not trusted, so nothing is installed that would start its workers.",
      hint: "Look at what it would run: `tasks trust`.",
    });
  const wanted = describeService(opened, name);
  const problem = serviceProblem(wanted);
  if (problem !== null) throw accepted(problem);
  const before = await manager.look(name);
  const wantsLinger = before.lingers === false && flags["no-linger"] !== true;
  for (const line of plan(wanted, before, wantsLinger)) output.note(terminalText(line));
  if (!(await confirm(opened, before.isInstalled ? "Replace the service" : "Install the service")))
    throw refused("Nothing was installed.", "`tasks serve` runs until its terminal closes.");
  await manager.install(wanted);
  const failed = wantsLinger ? await manager.enableLinger() : null;
  const state = await manager.look(name);
  print(opened, state, failed === null ? [] : [notLingering(failed, opened)]);
}

function plan(wanted: Service, { file, isInstalled }: ServiceState, wantsLinger: boolean): readonly string[] {
  const lines = [
    `${isInstalled ? "Replaces" : "Writes"} ${file}`,
    `It runs, now and whenever you log in: ${wanted.command.map(shellWord).join(" ")}`,
  ];
  if (wantsLinger)
    lines.push(
      "It also runs `loginctl enable-linger`: services of yours start with the machine and go on after you log out.",
    );
  return [
    ...lines,
    "No key of your shell is in it. An agent that logs in by a variable needs it there, see docs/service.md.",
  ];
}

function describeService({ system, root, flags }: RepositoryContext, name: string): Service {
  const typed = (long: string) => {
    const value = textFlag(flags, long);
    return value === null ? [] : [`--${long}`, value];
  };
  const words =
    flags["runner-only"] === true
      ? ["run", ...typed("owner")]
      : ["serve", ...typed("owner"), ...typed("port")];
  return {
    name,
    title: repositoryName(root),
    command: system.programWith([...words, "--repo", root]),
    environment: system.serviceEnvironment(),
  };
}

function notLingering(why: string, { system }: RepositoryContext): string {
  const user = system.userName() ?? "$USER";
  return `It ends when you log out, because lingering could not be switched on: ${why} An administrator can: sudo loginctl enable-linger ${shellWord(user)}`;
}

async function remove(opened: RepositoryContext, manager: ServiceManager, name: string): Promise<void> {
  const wasThere = await manager.remove(name);
  const sentence = wasThere
    ? "The service was removed; running workers go on."
    : "There is no service of this repository.";
  printLines(opened, { service: name, removed: wasThere }, [sentence]);
}

function print(opened: RepositoryContext, state: ServiceState, notes: readonly string[]): void {
  const { file, isInstalled, isRunning, sinceMs, lingers, logCommand } = state;
  const since = sinceMs === null ? "" : ` since ${clockTime(sinceMs, opened.system.clock.wallMs())}`;
  const record = {
    installed: isInstalled,
    running: isRunning,
    state: state.state,
    since: isoTimeOrNull(sinceMs),
    lingers,
    file,
    log: logCommand,
  };
  const lines = isInstalled
    ? [`${state.state}${since}`, ...lingerLines(lingers), `File: ${file}`, `Log: ${logCommand}`]
    : ["Not installed. `tasks service install` keeps the runner and its page running."];
  printLines(opened, record, lines.map(terminalText));
  if (!asJson(opened)) for (const note of notes) opened.output.note(terminalText(note));
}

function lingerLines(lingers: boolean | null): readonly string[] {
  if (lingers === null) return [];
  return [
    lingers
      ? "It starts with the machine and continues after you log out."
      : "It ends when you log out: `loginctl enable-linger` changes that.",
  ];
}
