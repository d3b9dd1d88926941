// One attempt of a run by an agent: a conversation over one or more processes.
//
//   turn running --`ended`--> deciding --a message, an answer, a reminder--> turn running (in this process, or a new one)
//        |                       └--nothing to say--> its input is closed --its processes are gone--> over
//        ├--process gone without `ended`--> over; what it said last is why
//        ├--the session to resume is gone--> a new process with the whole prompt, once
//        └--one of its watches stops it--> interrupted; no turn follows, and its session is kept
//
// A message reaches an agent that can be steered in the middle of its turn, others with their next one (agent-talk.ts). What
// the store cannot take waits (kept-changes.ts), and the agent continues.

import type { AgentEvent } from "../../../core/agent/contract/agent-event.ts";
import type { AgentOrder } from "../../../core/agent/contract/agent-kind.ts";
import { afterTurn } from "../../../core/agent/turns/after-turn.ts";
import { judgeEnd } from "../../../core/agent/turns/judge-end.ts";
import { questionIn } from "../../../core/agent/turns/question-in.ts";
import { SESSION_GONE, wordsOf } from "../../../core/agent/turns/turn-words.ts";
import type { AttemptEnd, ProcessIdentity, Run } from "../../../core/contract/run.ts";
import { noteAgent, noteSession } from "../../../core/run/agent-transitions.ts";
import { type Hold, holdForMemory, holdForWait, isKillSpared } from "../../../core/run/held/hold.ts";
import { openQuestion } from "../../../core/run/open-question.ts";
import type { WorkerExit } from "../../../ports/runs/workers.ts";
import { AgentProcess } from "./agent-process.ts";
import { AgentTalk } from "./agent-talk.ts";
import { AttemptRecord } from "./attempt-record.ts";
import type { AttemptContext, AttemptStart } from "./attempt-start.ts";
import { watchesOf } from "./attempt-watches.ts";
import { Interrupt } from "./interrupt.ts";
import { KeptChanges } from "./kept-changes.ts";
import { readOwnRun } from "./read-own-run.ts";
import { Reminders } from "./reminders.ts";
import { StoppedTurn } from "./stopped-turn.ts";
import type { AttemptResult, SupervisedWorker } from "./supervised-worker.ts";
import { UsageLedger } from "./usage-ledger.ts";
import type { AttemptWatch, TurnControl } from "./watches/attempt-watch.ts";
import { MemoryWatch } from "./watches/memory-watch.ts";
import { OutageWatch } from "./watches/outage-watch.ts";

type TurnEnd = Extract<AgentEvent, { kind: "ended" }>["how"];

export class AgentAttempt implements SupervisedWorker {
  readonly ended: Promise<AttemptResult>;
  readonly #context: AttemptContext;
  readonly #start: AttemptStart;
  readonly #record: AttemptRecord;
  readonly #kept: KeptChanges;
  readonly #talk: AgentTalk;
  readonly #reminders: Reminders;
  readonly #interrupt = new Interrupt();
  readonly #usage: UsageLedger | null;
  readonly #outage: OutageWatch | null;
  readonly #memory: MemoryWatch | null;
  readonly #watches: readonly AttemptWatch[];
  readonly #stopped = new StoppedTurn();
  #process: AgentProcess;
  #session: AgentOrder["session"];
  #isSessionGone = false;
  /** The words of the next process; null: none follows. */
  #next: string | null = null;
  /** How the last turn ended; null while one runs. */
  #how: TurnEnd | null = null;
  #deciding: Promise<void> = Promise.resolve();
  #isStopping = false;
  #isKilled = false;

  constructor(context: AttemptContext, start: AttemptStart) {
    const { run, plan, said, spending = null, keepSlot = null, outages = null, memory = null } = start;
    const { clock, launcher, store } = context;
    this.#context = context;
    this.#start = start;
    this.#session = plan.order.session;
    const events = launcher.openEvents(start.start, run.attempt);
    this.#usage = spending && new UsageLedger({ clock, spending }, run);
    this.#record = new AttemptRecord({ clock, events, usage: this.#usage }, run);
    this.#kept = new KeptChanges(store, { id: run.id, epoch: run.epoch });
    const { question } = run;
    const { resume: isResumed } = this.#session;
    const talk = { clock, record: this.#record, kept: this.#kept };
    this.#talk = new AgentTalk(talk, { question, said, isResumed });
    this.#reminders = new Reminders(clock);
    const control = this.#control();
    this.#outage = outages && new OutageWatch({ clock, outages, keepSlot, control, run });
    const worker = () => this.identity;
    const clean = (text: string) => this.#record.clean(text);
    this.#memory = memory && new MemoryWatch({ clock, memory, worker, clean });
    const parts = {
      record: this.#record,
      kept: this.#kept,
      usage: this.#usage,
      outage: this.#outage,
      memory: this.#memory,
    };
    this.#watches = watchesOf({ clock, ...parts, spending, keepSlot, control }, run);
    this.#talk.reached(said, "prompt");
    this.#process = this.#launch(plan.order);
    this.#noteAgent();
    this.ended = this.#untilEnd();
  }

  get identity(): ProcessIdentity | null {
    return this.#process.worker.identity;
  }

  async attend(run: Run): Promise<void> {
    await this.#kept.flush();
    this.#talk.look(run);
    for (const watch of this.#watches) await watch.attend(run);
    // A turn that is being stopped takes nothing more: it is for the next one.
    if (!this.#isWorking() || this.#stopped.hold !== null) return;
    if (this.#talk.giveMidTurn(run, this.#process.conversation)) this.#reminders.reset();
  }

  takesInterrupt(run: Run): boolean {
    if (run.stopRequest?.kind !== "interrupt" || this.#isStopping || !this.#canGoOn()) return false;
    // Without a waiting message the request was met already, and the store does not know yet.
    const isMet = !this.#isWorking() || this.#talk.waiting(run).followUps.length === 0;
    return isMet || this.#interrupt.request(this.#process.conversation);
  }

  terminate(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    const { conversation, worker } = this.#process;
    this.#interrupt.end();
    if (!this.#isWorking() || !this.#interrupt.request(conversation, () => worker.terminate()))
      worker.terminate();
  }

  kill(): void {
    this.#isKilled = true;
    this.#process.worker.kill();
  }

  #control(): TurnControl {
    const isWorking = () => this.#isWorking();
    const canResume = () => this.#canGoOn() && this.#session.resume;
    return {
      get isWorking() {
        return isWorking();
      },
      get canResume() {
        return canResume();
      },
      stopTurn: (stop) => {
        if (this.#stopped.request(stop)) this.#interruptTurn();
      },
      say: (text) => {
        if (!this.#isWorking() || !this.#process.conversation.steer(text)) return false;
        this.#record.addMessage("tasks", text, "mid_turn");
        return true;
      },
    };
  }

  /** An agent that cannot be interrupted is ended. */
  #interruptTurn(): void {
    const { conversation, worker } = this.#process;
    if (!this.#isWorking() || this.#isStopping) return;
    const end = () => {
      worker.terminate();
      // If it does not end by that, it is killed.
      this.#process.letGo();
    };
    if (!this.#interrupt.request(conversation, end)) end();
  }

  #launch(order: AgentOrder): AgentProcess {
    const { plan, start } = this.#start;
    this.#how = null;
    const onEvent = (event: AgentEvent) => this.#take(event);
    return new AgentProcess(this.#context.launcher, {
      kind: plan.kind,
      order,
      start,
      home: plan.home,
      onEvent,
    });
  }

  async #untilEnd(): Promise<AttemptResult> {
    for (;;) {
      const exit = await this.#process.ended;
      await this.#deciding;
      const order = this.#orderAfter();
      if (order === null) return await this.#finish(exit);
      this.#process = this.#launch(order);
    }
  }

  /** What the next process is to do; null: the attempt is over. */
  #orderAfter(): AgentOrder | null {
    if (this.#isStopping || this.#isKilled || this.#stopped.hold !== null) return null;
    const { order, wholePrompt, kind } = this.#start.plan;
    if (this.#isSessionGone && this.#session.resume) {
      this.#isSessionGone = false;
      this.#session = { id: kind.choosesSession ? this.#context.newSession() : null, resume: false };
      this.#storeSession(false);
      this.#record.addMessage("tasks", SESSION_GONE, "prompt");
      return { ...order, prompt: wholePrompt, session: this.#session };
    }
    if (this.#next === null) return null;
    const prompt = this.#next;
    this.#next = null;
    return { ...order, prompt, session: { ...this.#session, resume: true } };
  }

  async #finish(exit: WorkerExit): Promise<AttemptResult> {
    this.#interrupt.end();
    const { error } = this.#record.activity;
    const saysEnd = this.#start.plan.kind.name !== "command";
    const end = judgeEnd({ exit, how: this.#how, error, isLetGo: this.#process.isLetGo, saysEnd });
    const hold = this.#holdAtEnd(exit, end);
    await this.#kept.flush();
    await this.#usage?.close();
    this.#record.close();
    const { use, limitedUntilMs } = this.#record.summary();
    return {
      ...{ end, use, limitedUntilMs, hold },
      announce: async () => await this.#outage?.tell(),
      settle: (run) => this.#kept.applyTo(run),
      wrapUp: async () => await this.#usage?.close(),
    };
  }

  /** Why the attempt does not count. */
  #holdAtEnd(exit: WorkerExit, end: AttemptEnd): Hold | null {
    if (this.#isStopping || this.#isKilled) return null;
    if (this.#stopped.hold !== null) return this.#stopped.hold;
    const isFinished = end.kind === "exited" && end.code === 0 && end.unfinished === undefined;
    if (isFinished || end.kind === "not_started") return null;
    const kill = this.#memory?.killAtEnd(this.#how === null ? exit : null) ?? null;
    if (kill !== null)
      return isKillSpared(this.#start.run) ? holdForMemory(kill, this.#context.clock.wallMs()) : null;
    return end.kind === "exited" ? (this.#outage?.holdAtEnd() ?? null) : null;
  }

  #take(event: AgentEvent): void {
    this.#record.add(event);
    this.#reminders.note(event);
    for (const watch of this.#watches) watch.note(event);
    if (this.#stopped.note(event)) this.#interruptTurn();
    if (event.kind === "session") this.#noteSession(event);
    this.#talk.note(event);
    if (event.kind === "asked") this.#talk.asked(event, this.#process.conversation);
    if (event.kind === "error") this.#isSessionGone ||= event.code === "session_gone";
    if (event.kind === "ended") this.#endTurn(event.how);
  }

  #endTurn(how: TurnEnd): void {
    this.#how = how;
    this.#interrupt.end();
    this.#talk.turnEnded();
    if (this.#isStopping) {
      this.#process.worker.closeInput();
      this.#process.worker.terminate();
    } else this.#deciding = this.#deciding.then(() => this.#decide(how));
  }

  async #decide(how: TurnEnd): Promise<void> {
    const isOver = () => this.#isKilled || this.#isStopping;
    const run = await readOwnRun(this.#context, this.#start.run, isOver);
    if (run === null || this.#isSessionGone || this.#stopped.hold !== null) return this.#process.letGo();
    this.#talk.look(run);
    const waiting = this.#talk.waiting(run);
    const words = wordsOf(waiting);
    const wait = how === "completed" && words.length === 0 ? this.#holdAfterTurn(run) : null;
    if (wait !== null) {
      this.#stopped.request({ how: "now", hold: wait });
      return this.#process.letGo();
    }
    const next = afterTurn({
      how,
      waiting: words,
      hasOutcome: run.outcome !== null,
      hasOpenQuestion: openQuestion(run) !== null,
      isStopping: run.stopRequest?.kind === "stop",
      ...this.#reminders.facts(run),
    });
    if (next.kind === "end" || !this.#canGoOn()) return this.#letGo(run, how);
    this.#startTurn(next.text);
    if (next.because === "message") {
      this.#reminders.reset();
      this.#talk.reached(waiting, "turn");
    } else {
      this.#reminders.count();
      this.#record.addMessage("tasks", next.text, "turn");
    }
  }

  /** It said what it waits for, and ended its turn: nothing is to be said to it before that has come. */
  #holdAfterTurn(run: Run): Hold | null {
    const hasMore = run.outcome !== null || openQuestion(run) !== null || run.stopRequest !== null;
    if (hasMore || !this.#canGoOn() || !this.#session.resume) return null;
    return holdForWait(run, this.#context.clock.wallMs());
  }

  /** In the same process where its kind can, else in a new one that resumes the session. */
  #startTurn(text: string): void {
    if (!this.#process.hasEnded && this.#process.conversation.nextTurn(text)) {
      this.#how = null;
      return;
    }
    this.#next = text;
    this.#process.letGo();
  }

  #letGo(run: Run, how: TurnEnd): void {
    this.#process.letGo();
    const question = how === "completed" ? questionIn(this.#record.activity.lastMessage ?? "") : null;
    if (question !== null) this.#talk.askLastWords(run, question);
  }

  #isWorking(): boolean {
    return this.#how === null && !this.#process.hasEnded;
  }

  #canGoOn(): boolean {
    return this.#start.plan.kind.abilities.resume.can;
  }

  #noteSession({ id, version }: Extract<AgentEvent, { kind: "session" }>): void {
    this.#session = { id, resume: true };
    this.#storeSession(true);
    if (version !== null) this.#kept.add((run) => noteAgent(run, { version }));
  }

  #storeSession(isStarted: boolean): void {
    const { id } = this.#session;
    const kind = this.#start.plan.kind.name;
    if (id !== null) this.#kept.add((run) => noteSession(run, { kind, id, isStarted }));
  }

  #noteAgent(): void {
    const { order, findVersion } = this.#start.plan;
    this.#kept.add((run) => noteAgent(run, { program: order.program }));
    void findVersion().then((version) => {
      if (version !== null) this.#kept.add((run) => noteAgent(run, { version }));
    });
  }
}
