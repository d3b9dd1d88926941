// A task tree that lives in a Map: the ports TreeFiles, TreeWatch and TreeReader over one set of texts.
// Each write is a new inode and time, as an editor's save is; a hint reaches the watch at once.

import { hash } from "node:crypto";
import type { FileRead, FileStamp } from "../../src/core/contract/parsed-file.ts";
import { pathKind } from "../../src/core/contract/path-kind.ts";
import type { RelativePath } from "../../src/core/contract/task.ts";
import type { TreeFiles, TreeWatch } from "../../src/ports/tree/tree-files.ts";
import type { TreeReader } from "../../src/ports/tree/tree-reader.ts";

type RefusedRead = Extract<FileRead, { kind: "refused" }>;
type Refusal = { readonly code: RefusedRead["code"]; readonly message: string };
type Entry = { readonly stamp: FileStamp; readonly content: string | Refusal };

export type MemoryTree = {
  readonly files: TreeFiles;
  readonly watch: TreeWatch;
  readonly reader: TreeReader;
  /** Writes a file and hints at it. */
  write(path: string, text: string): void;
  /** The file is there, but reading it is refused. */
  refuse(path: string, refusal: Refusal): void;
  remove(path: string): void;
  /** Listings fail with this sentence until it is null again. */
  failListing(detail: string | null): void;
  /** The watch loses count (`take` is null once); `polling` also lets it prove nothing from then on. */
  loseCount(): void;
  poll(): void;
  /** How many files were read: what incremental means. */
  reads(): number;
};

/** A tree with these texts by path; `nowMs` stamps writes. */
export function createMemoryTree(
  texts: Readonly<Record<string, string>> = {},
  nowMs: () => number = () => 0,
): MemoryTree {
  const entries = new Map<RelativePath, Entry>();
  const watch = createMemoryWatch();
  let inode = 0;
  let listingFailure: string | null = null;
  let reads = 0;

  function put(path: string, content: string | Refusal): void {
    const key = path as RelativePath;
    inode += 1;
    const sizeBytes = typeof content === "string" ? Buffer.byteLength(content) : 0;
    entries.set(key, {
      stamp: { path: key, sizeBytes, mtimeMs: nowMs(), ctimeMs: nowMs(), inode },
      content,
    });
    watch.hint(key);
  }

  function list(wanted: (path: RelativePath) => boolean): ReturnType<TreeFiles["list"]> {
    if (listingFailure !== null) return { kind: "failed", detail: listingFailure };
    const known = [...entries.values()].filter(({ stamp }) => pathKind(stamp.path) !== null);
    return { kind: "listed", stamps: known.map(({ stamp }) => stamp).filter(({ path }) => wanted(path)) };
  }

  function read(stamp: FileStamp): FileRead {
    reads += 1;
    return readEntry(entries.get(stamp.path), stamp);
  }

  for (const [path, text] of Object.entries(texts)) put(path, text);
  return {
    files: {
      list: () => list(() => true),
      *listInSteps() {
        yield entries.size;
        return list(() => true);
      },
      listSome: (paths) =>
        list((path) => paths.some((asked) => path === asked || path.startsWith(`${asked}/`))),
      read,
      *readEach(stamps) {
        for (const stamp of stamps) yield read(stamp);
      },
    },
    watch: watch.port,
    reader: {
      async read(path) {
        const entry = entries.get(path as RelativePath);
        if (entry === undefined) return { kind: "missing" };
        const { content, stamp } = entry;
        if (typeof content !== "string") return { kind: "refused", reason: content.code };
        return { kind: "text", path: stamp.path, text: content, hash: digest(content) };
      },
    },
    write: put,
    refuse: put,
    remove(path) {
      entries.delete(path as RelativePath);
      watch.hint(path as RelativePath);
    },
    failListing(detail) {
      listingFailure = detail;
    },
    loseCount: watch.loseCount,
    poll: watch.poll,
    reads: () => reads,
  };
}

function readEntry(entry: Entry | undefined, stamp: FileStamp): FileRead {
  if (entry === undefined) {
    return { kind: "refused", stamp, code: "unreadable", message: "The file is gone." };
  }
  if (typeof entry.content !== "string") return { kind: "refused", stamp: entry.stamp, ...entry.content };
  const { content } = entry;
  return { kind: "text", stamp: entry.stamp, text: content, hash: digest(content), replaced: false };
}

function digest(text: string): string {
  return hash("sha256", text);
}

function createMemoryWatch() {
  const touched = new Set<RelativePath>();
  let lost = false;
  let polling = false;
  let onHint: (() => void) | null = null;

  const port: TreeWatch = {
    start(listener) {
      onHint = listener;
      // What happened before the start is unknown, so the first answer is "scan everything".
      lost = true;
    },
    prove: async () => (polling || onHint === null ? "unproven" : "proven"),
    take() {
      if (lost || polling) {
        lost = false;
        touched.clear();
        return null;
      }
      const paths = [...touched];
      touched.clear();
      return paths;
    },
    follow() {
      // Nothing to match: every path in the Map is watched.
    },
    mode: () => (polling ? "polling" : "watching"),
    stop() {
      onHint = null;
    },
  };
  return {
    port,
    hint(path: RelativePath) {
      if (polling || onHint === null) return;
      touched.add(path);
      onHint();
    },
    loseCount() {
      lost = true;
      onHint?.();
    },
    poll() {
      polling = true;
    },
  };
}
