// The fields of an event line: each read gives a value of its type, and remembers what was wrong with it.

import { cutText, oneLine, TEXT_MAX } from "../contract/agent-event.ts";
import { type JsonRecord, numberOf, textOf } from "../lines/json-value.ts";

export class LineFields {
  readonly #record: JsonRecord;
  /** Each a clause: "text is missing". */
  readonly problems: string[] = [];

  constructor(record: JsonRecord) {
    this.#record = record;
  }

  has(key: string): boolean {
    return this.#record[key] !== undefined && this.#record[key] !== null;
  }

  /** Without `otherwise` it has to be there. */
  text(key: string, max: number = TEXT_MAX.input, otherwise?: string): string {
    const text = this.optionalText(key, max);
    if (text !== null) return text;
    if (otherwise === undefined && !this.has(key)) this.problems.push(`${key} is missing`);
    return otherwise ?? "";
  }

  optionalText(key: string, max: number = TEXT_MAX.input): string | null {
    const text = textOf(this.#record[key]);
    if (text === null && this.has(key)) this.problems.push(`${key} is no text`);
    return text === null ? null : cutText(text, max);
  }

  /** As one line; empty when it is left out. */
  line(key: string): string {
    return oneLine(this.text(key, TEXT_MAX.message, ""));
  }

  number(key: string, otherwise?: number): number {
    const number = this.optionalNumber(key);
    if (number !== null) return number;
    if (otherwise === undefined && !this.has(key)) this.problems.push(`${key} is missing`);
    return otherwise ?? 0;
  }

  /** At least 0. */
  optionalNumber(key: string): number | null {
    const number = numberOf(this.#record[key]);
    const isWrong = number === null ? this.has(key) : number < 0;
    if (isWrong) this.problems.push(`${key} is no number of at least 0`);
    return isWrong ? null : number;
  }

  /** False when it is left out. */
  flag(key: string): boolean {
    const value = this.#record[key];
    if (this.has(key) && typeof value !== "boolean") this.problems.push(`${key} is neither true nor false`);
    return value === true;
  }

  oneOf<Value extends string>(key: string, values: readonly Value[], otherwise: Value): Value {
    if (!this.has(key)) return otherwise;
    const found = values.find((value) => value === this.#record[key]);
    if (found === undefined) this.problems.push(`${key} is none of ${values.join(", ")}`);
    return found ?? otherwise;
  }

  /** ISO 8601, as milliseconds. */
  optionalTime(key: string): number | null {
    const text = textOf(this.#record[key]);
    const ms = text === null ? Number.NaN : Date.parse(text);
    if (Number.isFinite(ms)) return ms;
    if (this.has(key)) this.problems.push(`${key} is no time such as 2026-03-01T09:00:00Z`);
    return null;
  }

  list(key: string): readonly unknown[] {
    const value = this.#record[key];
    if (Array.isArray(value)) return value;
    this.problems.push(this.has(key) ? `${key} is no list` : `${key} is missing`);
    return [];
  }
}
