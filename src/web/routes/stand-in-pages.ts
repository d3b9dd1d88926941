// Plain pages until the real ones stand in ../pages.
import type { Freshness, Snapshot, TaskRow } from "../../core/snapshot/schema.ts";
import type { Transition } from "../../core/snapshot/transition.ts";
import type { TreeRead } from "../../ports/tree-reader.ts";
import type { AssetUrls } from "../assets/assets.ts";
import { html } from "../pages/html.ts";

type Frame = { readonly snapshot: Snapshot; readonly assets: AssetUrls };

const page = (title: string, lines: readonly string[]): string =>
  String(
    html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1>${lines.map((line) => html`<p>${line}</p>`)}</body></html>`,
  );

export const renderStartingPage = (_: { freshness: Freshness; assets: AssetUrls }): string =>
  page("Starting", []);
export const renderTaskPage = (
  input: Frame & { row: TaskRow; file: TreeRead; transitions: readonly Transition[] },
): string =>
  page(input.row.title, [input.row.reason, input.file.kind === "text" ? input.file.text : input.file.kind]);
export const renderAmbiguousTaskPage = (input: Frame & { slug: string; rows: readonly TaskRow[] }): string =>
  page(
    input.slug,
    input.rows.map((row) => row.key),
  );
export const renderDocumentPage = (
  input: Frame & { path: string; text: string; row: TaskRow | null },
): string => page(input.path, [input.text]);
export const renderWorkstreamPage = (input: Frame & { slug: string; rows: readonly TaskRow[] }): string =>
  page(
    input.slug,
    input.rows.map((row) => row.key),
  );
export const renderMilestonePage = renderWorkstreamPage;
export const renderActivityPage = (
  input: Frame & {
    transitions: readonly Transition[];
    filter: Readonly<Record<string, string | null>>;
    olderUrl: string | null;
  },
): string => page("Activity", [...input.transitions.map((one) => one.title), input.olderUrl ?? ""]);
export const renderSearchPage = (
  input: Frame & { asked: string; rows: readonly TaskRow[]; total: number },
): string => page("Search", [input.asked, ...input.rows.map((row) => row.key), String(input.total)]);
export const renderErrorPage = (input: {
  title: string;
  detail: string;
  choices: readonly { label: string; href: string }[];
  snapshot: Snapshot | null;
  assets: AssetUrls;
}): string => page(input.title, [input.detail, ...input.choices.map(({ label }) => label)]);
