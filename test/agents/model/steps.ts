// What a scripted model does, in words that no agent's API knows: each shape translates them into its own.

/** One call of a tool. `write` takes an absolute path or one relative to the agent's folder. */
export type Call =
  | { readonly kind: "shell"; readonly command: string }
  | { readonly kind: "write"; readonly path: string; readonly text: string }
  | { readonly kind: "plan"; readonly items: readonly PlanItem[] }
  | { readonly kind: "question"; readonly text: string; readonly choices: readonly string[] }
  | { readonly kind: "mcp"; readonly server: string; readonly tool: string; readonly input: object };

export type PlanItem = {
  readonly text: string;
  readonly status: "pending" | "in_progress" | "completed";
};

/** One request that offers tools takes one step. */
export type Step =
  | Answer
  /** The usage limit is reached; `resetsInSeconds` is said where the API has a place for it. */
  | { readonly kind: "limit"; readonly resetsInSeconds?: number }
  | { readonly kind: "fail"; readonly status: 401 | 500 | 503 | 529; readonly message: string }
  /** The connection breaks after the first words of the text. */
  | { readonly kind: "cut"; readonly text: string };

export type Answer = {
  readonly kind: "answer";
  readonly text: string;
  readonly calls: readonly Call[];
  /** What it thought before it spoke; none when empty. */
  readonly thought: string;
  /** Time between the first piece of the answer and the rest; 0 unless said. */
  readonly pauseMs: number;
};

/** What every request is said to have cost. `input` includes what was cached. */
export const USAGE = { input: 1200, cached: 300, output: 42, reasoning: 5 } as const;

export function say(
  text: string,
  calls: readonly Call[] = [],
  { thought = "", pauseMs = 0 }: Partial<Pick<Answer, "thought" | "pauseMs">> = {},
): Answer {
  return { kind: "answer", text, calls, thought, pauseMs };
}

export function shell(command: string): Call {
  return { kind: "shell", command };
}

/** A file in the agent's folder: there once the tool of `working` has started. */
export const STARTED = "started.txt";
/** A file in the agent's folder: `working` ends when a test has written it. */
export const GO_ON = "go-on.txt";

/**
 * A tool at work until a test has done what it does meanwhile, however long that takes on a slow machine; 30 s at most. Then it
 * takes 2 s more: an agent reads what it was sent before it hears of the tool's end. Without `$(…)`, which Gemini refuses.
 */
export function working(): Call {
  return shell(`touch ${STARTED}; timeout 28 sh -c 'until [ -e ${GO_ON} ]; do sleep 0.1; done'; sleep 2`);
}

export function write(path: string, text: string): Call {
  return { kind: "write", path, text };
}

/** The whole list, as it is from now on. */
export function plan(...items: readonly (readonly [text: string, status: PlanItem["status"]])[]): Call {
  return { kind: "plan", items: items.map(([text, status]) => ({ text, status })) };
}

export function question(text: string, ...choices: readonly string[]): Call {
  return { kind: "question", text, choices };
}
