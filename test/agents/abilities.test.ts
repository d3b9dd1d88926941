// The table kind × ability, each yes proved against the real agent: what it does reaches the product's own reader of it.

import { existsSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { AgentEvent } from "../../src/core/agent/contract/agent-event.ts";
import {
  ABILITIES,
  type Ability,
  type AgentKind,
  type Permissions,
} from "../../src/core/agent/contract/agent-kind.ts";
import type { AgentKind as RealAgent } from "./drive/agent-kind.ts";
import { AGENTS_UNDER_TEST } from "./drive/agents-under-test.ts";
import { AGENTS_FOLDER, nativeFile } from "./drive/native-file.ts";
import { type RealTalk, type RealTalkOptions, startTalk } from "./drive/real-talk.ts";
import { makeScratch, type Scratch } from "./drive/scratch.ts";
import { type ModelServer, startModel } from "./model/model-server.ts";
import { GO_ON, plan, STARTED, type Step, say, shell, working, write } from "./model/steps.ts";

type Bench = {
  readonly kind: AgentKind;
  readonly agent: RealAgent;
  readonly start: (
    permissions: Permissions,
    more?: Partial<Pick<RealTalkOptions, "session" | "env" | "prompt">>,
  ) => RealTalk;
  readonly steps: (...steps: readonly Step[]) => void;
  /** Bodies of the requests so far, as text. */
  readonly asked: () => readonly string[];
  readonly file: (name: string) => string;
};

let scratch: Scratch;
let model: ModelServer;
let talks: RealTalk[];

beforeEach(async () => {
  scratch = makeScratch();
  model = await startModel([], scratch.repo);
  talks = [];
});
afterEach(async () => {
  for (const talk of talks) await talk.kill();
  await model.stop();
  scratch.remove();
});

const RESET_SECONDS = 7200;

const PROOFS: Readonly<Record<Ability, (bench: Bench) => Promise<void>>> = {
  async resume({ kind, start, steps, asked, file }) {
    steps(say("The word is heron.", [shell("ls")]), say("", [working()]), say("I remember."));
    const chosen = kind.choosesSession ? crypto.randomUUID() : null;
    const first = start("full", { prompt: "Guard the word.", session: { id: chosen, resume: false } });
    const named = await first.next((event) => event.kind === "session" || event.kind === "tool");
    await expect.poll(() => existsSync(file(STARTED))).toBe(true);
    await first.kill();
    writeFileSync(file(GO_ON), "");
    const id = chosen ?? (named.kind === "session" ? named.id : null);
    const second = start("full", { prompt: "Which word?", session: { id, resume: true } });
    await second.next(isEnd);
    for (const earlier of ["Guard the word.", "heron", "Which word?"])
      expect(asked().at(-1)).toContain(earlier);
  },

  async steer({ start, steps, asked, file }) {
    steps(say("I begin.", [working()]), say("As you say."));
    const talk = start("full");
    await expect.poll(() => existsSync(file(STARTED))).toBe(true);
    expect(talk.conversation.steer("Use the other name.")).toBe(true);
    writeFileSync(file(GO_ON), "");
    await talk.next(isEnd);
    expect(asked()).toHaveLength(2);
    expect(asked()[1]).toContain("Use the other name.");
  },

  async ask({ start, steps, file }) {
    steps(say("May I?", [shell("touch allowed.txt")]), say("", [shell("touch denied.txt")]), say("Thanks."));
    const talk = start("ask");
    for (const choice of ["Allow", "Deny"]) {
      const asked = await talk.next((event) => event.kind === "asked");
      expect(asked).toMatchObject({ about: "permission", choices: ["Allow", "Deny"] });
      expect(talk.conversation.answer(asked.kind === "asked" ? asked.id : "", choice)).toBe(true);
    }
    await talk.next(isEnd);
    expect([existsSync(file("allowed.txt")), existsSync(file("denied.txt"))]).toEqual([true, false]);
  },

  async plan({ start, steps }) {
    const items = [
      ["Read", "completed"],
      ["Write", "in_progress"],
    ] as const;
    steps(say("I plan.", [plan(...items)]), say("Done."));
    const talk = start("full");
    await talk.next(isEnd);
    const entries = [
      { text: "Read", state: "done" },
      { text: "Write", state: "active" },
    ];
    expect(last(talk.events, "plan")).toMatchObject({ entries });
  },

  async tokens({ start, steps }) {
    steps(say("I look.", [shell("cat README.md")]), say("Done."));
    const talk = start("full");
    await ending(talk);
    const used = talk.events.filter((event) => event.kind === "usage");
    const sum = used.reduce((total, { input, output }) => total + input + output, 0);
    // Two requests of 1,200 and 42.
    expect(sum).toBe(2 * 1242);
  },

  async cost({ start, steps }) {
    steps(say("Done."));
    const talk = start("full");
    await ending(talk);
    const cost = talk.events.filter((event) => event.kind === "cost").reduce((sum, { usd }) => sum + usd, 0);
    expect(cost).toBeGreaterThan(0);
  },

  async limit({ start, steps }) {
    steps(say("I look.", [shell("ls")]), ...limits());
    const talk = start("full");
    await talk.next(isLimit);
    await ending(talk);
    expect(last(talk.events, "ended")).not.toMatchObject({ how: "completed" });
  },

  async limit_time({ start, steps, agent }) {
    steps(say("I look.", [shell("ls")]), ...limits());
    // Claude names the time to those who log in with a subscription.
    const login = { ANTHROPIC_API_KEY: undefined, CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-local-test" };
    const before = Date.now();
    const talk = start("full", agent === "claude" ? { env: login } : {});
    const limit = await talk.next((event) => event.kind === "limit" && event.resetsAtMs !== null);
    const resetsAtMs = limit.kind === "limit" ? (limit.resetsAtMs ?? 0) : 0;
    expect(resetsAtMs).toBeGreaterThanOrEqual(before + RESET_SECONDS * 1000 - 60_000);
  },

  async denials({ kind, start, steps }) {
    // Not below /tmp: some agents let their tools write there.
    const outside = `/var/tmp/agent-${crypto.randomUUID()}.txt`;
    onTestFinished(() => rmSync(outside, { force: true }));
    steps(say("I write elsewhere.", [write(outside, "x")]), say("It was denied."));
    const talk = start(kind.abilities.ask.can ? "ask" : "edits");
    const event = await talk.next(({ kind: what }) => what === "denied" || what === "asked");
    if (event.kind === "asked") talk.conversation.answer(event.id, "Deny");
    await ending(talk);
    expect(talk.events.some(({ kind: what }) => what === "denied")).toBe(true);
    expect(existsSync(outside)).toBe(false);
  },
};

describe.each(AGENTS_UNDER_TEST)("%s", (agent, kind) => {
  const names = Object.keys(ABILITIES).filter((name): name is Ability => Object.hasOwn(ABILITIES, name));

  test.each(names.filter((name) => kind.abilities[name].can))(
    "K72: what the table says it can is so: %s",
    async (name) => {
      await PROOFS[name]({
        kind,
        agent,
        start: (permissions, more = {}) => {
          const options = {
            kind,
            agent,
            scratch,
            port: model.port,
            prompt: "Do the work.",
            permissions,
            ...more,
          };
          const talk = startTalk(options);
          talks.push(talk);
          return talk;
        },
        steps: model.append,
        asked: () => model.requests.map(({ body }) => JSON.stringify(body)),
        file: (name) => join(scratch.repo, name),
      });
    },
  );

  test("K73: its native file is started, not the wrapper on the PATH", () => {
    const onPath = join(AGENTS_FOLDER, "node_modules/.bin", kind.program ?? "");
    const found = realpathSync(onPath);
    const [first = found] = kind.nativeFiles(found, process).filter((file) => existsSync(file));
    expect(realpathSync(first)).toBe(realpathSync(nativeFile(agent)));
  });
});

function isEnd(event: AgentEvent): boolean {
  return event.kind === "ended";
}

function isLimit(event: AgentEvent): boolean {
  return (
    (event.kind === "limit" && event.status === "reached") ||
    (event.kind === "error" && event.code === "limit")
  );
}

/** The end of the turn, and of a process that says what it used only then. */
async function ending(talk: RealTalk): Promise<void> {
  if (!talk.events.some(isEnd)) await talk.next(isEnd);
  await talk.end();
}

function last(events: readonly AgentEvent[], kind: AgentEvent["kind"]): AgentEvent | undefined {
  return events.findLast((event) => event.kind === kind);
}

/** With a time: without one, some agents ask again for a minute. */
function limits(): readonly Step[] {
  return Array.from({ length: 10 }, () => ({ kind: "limit", resetsInSeconds: RESET_SECONDS }) as const);
}
