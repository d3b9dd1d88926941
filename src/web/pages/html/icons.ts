// Small pictures beside words, drawn with the text's colour. They repeat what a word says, so screen readers skip them.

import { type Html, html, trustedHtml } from "./html.ts";

/** Outlines in a square of 16, as SVG paths. */
const SHAPES = {
  check: '<path d="m3 8.5 3.3 3.3L13 4.7"/>',
  commit: '<circle cx="8" cy="8" r="2.75"/><path d="M1.5 8h3.75M10.75 8h3.75"/>',
  done: '<circle cx="8" cy="8" r="6.25"/><path d="m5.2 8.2 2 2 3.7-4.2"/>',
  dots: '<path d="M3.5 8v.01M8 8v.01M12.5 8v.01" stroke-width="2.2"/>',
  edit: '<path d="m10.8 2.7 2.5 2.5-7.8 7.8-3 .5.5-3Z"/><path d="m9.3 4.2 2.5 2.5"/>',
  file: '<path d="M9.5 1.75h-5a1 1 0 0 0-1 1v10.5a1 1 0 0 0 1 1h7a1 1 0 0 0 1-1V4.75Z"/><path d="M9.5 1.75v3h3"/>',
  half: '<circle cx="8" cy="8" r="6.25"/><path d="M8 4.5a3.5 3.5 0 0 1 0 7Z" fill="currentColor" stroke="none"/>',
  hourglass:
    '<path d="M4 1.75h8M4 14.25h8M5 1.75v2.5C5 6 8 7 8 8s-3 2-3 3.75v2.5M11 1.75v2.5C11 6 8 7 8 8s3 2 3 3.75v2.5"/>',
  message:
    '<path d="M2.5 3.25h11a.75.75 0 0 1 .75.75v7a.75.75 0 0 1-.75.75H7L4 14v-2.25H2.5a.75.75 0 0 1-.75-.75V4a.75.75 0 0 1 .75-.75Z"/>',
  person: '<circle cx="8" cy="5.2" r="2.7"/><path d="M2.8 13.8c.5-2.8 2.5-4.2 5.2-4.2s4.7 1.4 5.2 4.2"/>',
  plan: '<path d="M6.5 4h7M6.5 8h7M6.5 12h7M2.5 4l.9.9 1.5-1.7M2.5 8l.9.9 1.5-1.7M3 12h1.5"/>',
  question:
    '<circle cx="8" cy="8" r="6.25"/><path d="M6.2 6.3a1.9 1.9 0 1 1 2.7 1.9c-.6.3-.9.6-.9 1.2"/><path d="M8 11.4v.1"/>',
  retry: '<path d="M13.5 8a5.5 5.5 0 1 1-1.7-4"/><path d="M12 1.5V4H9.5"/>',
  ring: '<circle cx="8" cy="8" r="6.25"/>',
  search: '<circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 3.5 3.5"/>',
  spin: '<path d="M8 1.75A6.25 6.25 0 1 1 1.75 8"/><path d="M8 1.75A6.25 6.25 0 0 0 1.75 8" opacity=".3"/>',
  terminal:
    '<rect x="1.75" y="2.75" width="12.5" height="10.5" rx="1.5"/><path d="m4.5 6 2 2-2 2M8.5 10.2h3"/>',
  thought: '<path d="M3 4.5h10M3 8h7M3 11.5h4"/>',
  warning: '<path d="M8 2.2 14.2 13H1.8Z"/><path d="M8 6.3v3.2M8 11.3v.1"/>',
  web: '<circle cx="8" cy="8" r="6.25"/><path d="M1.75 8h12.5M8 1.75c2 2 2 10.500 0 12.500M8 1.75c-2 2-2 10.500 0 12.500"/>',
  x: '<path d="m4 4 8 8m0-8-8 8"/>',
} as const;

export type IconName = keyof typeof SHAPES;

/** The picture; `renderSprite` of the same page holds its shape. */
export function icon(name: IconName): Html {
  return html`<svg class="i" aria-hidden="true"><use href="#i-${name}"/></svg>`;
}

/** The shapes that a page uses, once, at its end. */
export function renderSprite(names: readonly IconName[]): Html {
  const symbols = names.map((name) => `<symbol id="i-${name}" viewBox="0 0 16 16">${SHAPES[name]}</symbol>`);
  return html`<svg class="sprite" aria-hidden="true">${trustedHtml(symbols.join(""))}</svg>`;
}
