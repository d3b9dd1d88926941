// The price list of the settings (`costs.prices`), for agents that say how many tokens they used but not what they cost.

/** US dollars per million tokens. */
export type Price = {
  /** The model's name; a `*` at its end stands for any rest. */
  readonly model: string;
  readonly input: number;
  readonly output: number;
  readonly cached: number;
};

/** `input` without what was read from a cache. */
export type PricedTokens = { readonly input: number; readonly output: number; readonly cached: number };

/** `claude-sonnet-* 3 15 0.3`; without the last number a cached token costs as much as another. Null: no such line. */
export function parsePrice(line: string): Price | null {
  const [model, input, output, cached = input, ...more] = line.trim().split(/\s+/);
  const numbers = [input, output, cached].map(Number);
  if (model === undefined || model === "" || more.length > 0) return null;
  if (!numbers.every((number) => Number.isFinite(number) && number >= 0)) return null;
  const [inputUsd = 0, outputUsd = 0, cachedUsd = 0] = numbers;
  return { model, input: inputUsd, output: outputUsd, cached: cachedUsd };
}

/** The first line that matches; null for a model that none names. */
export function priceOf(prices: readonly Price[], model: string | null): Price | null {
  if (model === null) return null;
  const name = model.toLowerCase();
  return prices.find((price) => matches(price.model.toLowerCase(), name)) ?? null;
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

const MILLION = 1_000_000;

export function usdFor(price: Price, { input, output, cached }: PricedTokens): number {
  return (price.input * input + price.output * output + price.cached * cached) / MILLION;
}
