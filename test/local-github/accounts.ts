// Who may ask, and how much: tokens belong to a login, and each login has two budgets that are counted apart, points of
// GraphQL and requests of REST ("core"). A budget is whole again an hour after it was first used.

export type Resource = "core" | "graphql";

export type LocalBudget = {
  readonly limit: number;
  readonly remaining: number;
  readonly used: number;
  readonly resetAtMs: number;
};

export type Accounts = {
  /** The server knows this token from now on. Two tokens of one login share its budgets. */
  allow(token: string, login?: string): void;
  revoke(token: string): void;
  /** Null for a token that the server does not know. */
  loginOf(token: string): string | null;
  budget(login: string, resource: Resource): LocalBudget;
  spend(login: string, resource: Resource, points: number): void;
  /** For tests: so many are left until the reset. */
  setRemaining(login: string, resource: Resource, remaining: number): void;
  /** The text without any token that was ever known. */
  withoutTokens(text: string): string;
};

/** As GitHub grants to a person. */
const LIMIT = 5000;
const WINDOW_MS = 3_600_000;

type Counter = { used: number; resetAtMs: number };

/** No one may ask yet. */
export function createAccounts(now: () => number): Accounts {
  const logins = new Map<string, string>();
  const everKnown = new Set<string>();
  const counters = new Map<string, Counter>();

  const counterOf = (login: string, resource: Resource): Counter => {
    const key = `${resource} ${login}`;
    const counter = counters.get(key);
    if (counter !== undefined && now() < counter.resetAtMs) return counter;
    const fresh = { used: 0, resetAtMs: now() + WINDOW_MS };
    counters.set(key, fresh);
    return fresh;
  };

  return {
    allow: (token, login = "octocat") => {
      logins.set(token, login);
      everKnown.add(token);
    },
    revoke: (token) => void logins.delete(token),
    loginOf: (token) => logins.get(token) ?? null,
    budget: (login, resource) => {
      const { used, resetAtMs } = counterOf(login, resource);
      return { limit: LIMIT, used, remaining: Math.max(0, LIMIT - used), resetAtMs };
    },
    spend: (login, resource, points) => {
      counterOf(login, resource).used += points;
    },
    setRemaining: (login, resource, remaining) => {
      counterOf(login, resource).used = LIMIT - remaining;
    },
    withoutTokens: (text) => [...everKnown].reduce((rest, token) => rest.replaceAll(token, "***"), text),
  };
}
