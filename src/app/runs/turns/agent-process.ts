// One process of an agent: its streams are a conversation. It ends after its last turn, once its input is closed;
// one that does not is ended.

import type { AgentEvent } from "../../../core/agent/contract/agent-event.ts";
import type { AgentKind, AgentOrder, Conversation } from "../../../core/agent/contract/agent-kind.ts";
import { fillPlaceholders } from "../../../core/worker/placeholders.ts";
import type { WorkerExit, WorkerLauncher, WorkerProcess } from "../../../ports/runs/workers.ts";
import type { AttemptStart } from "./attempt-start.ts";

export type ProcessOrder = {
  readonly kind: AgentKind;
  readonly order: AgentOrder;
  readonly start: AttemptStart["start"];
  /** The user's home folder; for `wrap`. */
  readonly home: string;
  readonly onEvent: (event: AgentEvent) => void;
};

/** How long an agent has to end itself once its input is closed, and again after SIGTERM. */
const CLOSE_GRACE_MS = 10_000;

export class AgentProcess {
  readonly worker: WorkerProcess;
  readonly conversation: Conversation;
  /** When no process of it is left, and all of its output was read. */
  readonly ended: Promise<WorkerExit>;
  hasEnded = false;
  /** Its input was closed after its last turn. */
  isLetGo = false;
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(launcher: WorkerLauncher, { kind, order, start, home, onEvent }: ProcessOrder) {
    const launch = kind.launch(order);
    // Lines arrive after this call at the earliest.
    const send = (line: string) => this.worker.send(line);
    this.conversation = kind.converse(order, { send, event: onEvent });
    this.worker = launcher.launch({
      ...start,
      command: [...wrapOf(order, home), ...launch.command],
      variables: { ...launch.variables, ...order.settings.variables, ...start.variables },
      channel: {
        stdin: launch.stdin === "channel" ? "open" : "closed",
        onLine: ({ text }) => this.conversation.receive(text),
        onErrorLine: ({ text }) => this.conversation.receiveError(text),
      },
    });
    if (this.worker.identity !== null) this.conversation.begin();
    this.ended = this.#untilEnd();
  }

  /** Closes its input: it may end itself. */
  letGo(): void {
    if (this.isLetGo || this.hasEnded) return;
    this.isLetGo = true;
    this.worker.closeInput();
    this.#timers.push(
      setTimeout(() => this.worker.terminate(), CLOSE_GRACE_MS),
      setTimeout(() => this.worker.kill(), 2 * CLOSE_GRACE_MS),
    );
  }

  async #untilEnd(): Promise<WorkerExit> {
    try {
      const exit = await this.worker.ended;
      if (exit.kind === "exited") this.conversation.processEnded({ code: exit.code, signal: null });
      if (exit.kind === "signalled") this.conversation.processEnded({ code: null, signal: exit.signal });
      await this.conversation.settled?.();
      return exit;
    } finally {
      this.hasEnded = true;
      for (const timer of this.#timers) clearTimeout(timer);
    }
  }
}

/** The user's sandbox. Its placeholders are paths of ours; nothing of a task or a repository is in them. */
function wrapOf({ settings, worktree, git }: AgentOrder, home: string): readonly string[] {
  const values = { worktree, git_dir: git?.common ?? worktree, home };
  return settings.wrap.map((word) => fillPlaceholders(word, values));
}
