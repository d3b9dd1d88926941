// `{name}` in a command or a template stands for a value. All are replaced in one pass, so that a value that holds
// `{slug}` stays as it is: what a task file says is data. `{{name}}` is how to write `{name}` itself.

import { nearest } from "../text/nearest.ts";

const PLACEHOLDER = /\{\{([a-z_]+)\}\}|\{([a-z_]+)\}/g;

/** The text with every known placeholder replaced; unknown ones stay. */
export function fillPlaceholders(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(PLACEHOLDER, (written: string, escaped?: string, name?: string) => {
    if (escaped !== undefined) return `{${escaped}}`;
    return name !== undefined && Object.hasOwn(values, name) ? (values[name] ?? written) : written;
  });
}

/** Names of placeholders in the text, known or not, in order. */
export function placeholdersIn(text: string): readonly string[] {
  return [...text.matchAll(PLACEHOLDER)].flatMap(([, , name]) => name ?? []);
}

/** Which known placeholder a name was perhaps meant to be, as part of a hint: "Did you mean {slug}? ". */
export function meantPlaceholder(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return meant === null ? "" : `Did you mean {${meant}}? `;
}
