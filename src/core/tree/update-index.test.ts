import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FileRead, FileRecord, FileStamp, TreeIndex } from "../contract/parsed-file.ts";
import type { RelativePath } from "../contract/task.ts";
import { applyReads, planReads } from "./update-index.ts";

const path = (slug: string) => `tasks/workstreams/infra/tasks/${slug}.md` as RelativePath;
const folder = (name: string) => name as RelativePath;
const text = (title: string, status = "ready") => `---\ntitle: ${title}\nstatus: ${status}\n---\n`;

const HALF_WRITTEN = "---\ntitle: A\nstat";
const CONFLICT = "---\ntitle: A\n<<<<<<< HEAD\nstatus: ready\n=======\nstatus: blocked\n>>>>>>> b\n---\n";

/** A tree in memory whose clock ticks by an hour with each change, and the index that follows it. */
function createTree() {
  const files = new Map<RelativePath, { stamp: FileStamp; text: string; refused: Refusal | null }>();
  let nowMs = Date.UTC(2026, 2, 24);
  let index: TreeIndex = new Map();
  const reads: RelativePath[] = [];

  const stampOf = (file: RelativePath, content: string): FileStamp => ({
    path: file,
    sizeBytes: content.length,
    mtimeMs: nowMs,
    ctimeMs: nowMs,
    inode: 1,
  });

  const readFile = (stamp: FileStamp): FileRead => {
    const file = files.get(stamp.path);
    reads.push(stamp.path);
    if (file === undefined) return { kind: "refused", stamp, code: "unreadable", message: "it is gone" };
    if (file.refused !== null) return { kind: "refused", stamp, ...file.refused };
    return {
      kind: "text",
      stamp,
      text: file.text,
      hash: `hash of ${file.text}`,
      replaced: file.text.includes("\uFFFD"),
    };
  };

  const tree = {
    /** Time passes, so that what was written before is no longer racy. */
    wait(ms = 3_600_000) {
      nowMs += ms;
    },
    write(file: RelativePath, content: string, refused: Refusal | null = null) {
      files.set(file, { stamp: stampOf(file, content), text: content, refused });
    },
    /** Writes, and sets the time of the change to an old one, as archives and copies do. */
    writeDated(file: RelativePath, content: string) {
      const stamp = { ...stampOf(file, content), mtimeMs: Date.UTC(2026, 0, 1) };
      files.set(file, { stamp, text: content, refused: null });
    },
    /** Changes the text but not the stamp: a second write within the same tick of the clock. */
    writeUnseen(file: RelativePath, content: string) {
      const before = files.get(file);
      if (before !== undefined) files.set(file, { ...before, text: content });
    },
    remove: (file: RelativePath) => files.delete(file),
    /** One collect; `asked` makes it a partial one. Returns what was read and what came of it. */
    collect(asked?: readonly RelativePath[]) {
      reads.length = 0;
      const isAsked = (file: string) => asked?.some((it) => file === it || file.startsWith(`${it}/`)) ?? true;
      const stamps = [...files.values()].map(({ stamp }) => stamp).filter((stamp) => isAsked(stamp.path));
      const plan = planReads(index, asked ? { stamps, complete: false, asked } : { stamps, complete: true });
      const applied = applyReads({ index, reads: plan.read.values().map(readFile), gone: plan.gone, nowMs });
      const before = index;
      index = applied.index;
      return { ...applied, before, read: [...reads], nowMs };
    },
    record: (file: RelativePath): FileRecord => {
      const record = index.get(file);
      if (record === undefined) throw new Error(`no record of ${file}`);
      return record;
    },
  };
  return tree;
}

type Refusal = { code: "link" | "not_a_file" | "too_large" | "unreadable"; message: string };

const codes = (record: FileRecord) => record.parsed.problems.map(({ code }) => code);
const title = ({ parsed }: FileRecord) => (parsed.kind === "task" ? parsed.spec.title : null);

describe("T2: a listing decides what is read", () => {
  test("all at first, then only what changed, and nothing keeps the index itself", () => {
    const tree = createTree();
    tree.write(path("a"), text("A"));
    tree.write(path("b"), text("B"));
    tree.wait();
    expect(tree.collect().read).toEqual([path("a"), path("b")]);
    const quiet = tree.collect();
    expect(quiet).toMatchObject({ read: [], changed: [], gone: [] });
    expect(quiet.index).toBe(quiet.before);

    const a = tree.record(path("a"));
    tree.write(path("b"), text("B2"));
    tree.wait();
    const { read, changed } = tree.collect();
    expect(read).toEqual([path("b")]);
    expect(changed).toEqual([tree.record(path("b"))]);
    expect(tree.record(path("a"))).toBe(a);
    expect(title(tree.record(path("b")))).toBe("B2");
  });

  test("a touched file is read but not parsed: only its stamp is new", () => {
    const tree = createTree();
    tree.write(path("a"), text("A"));
    tree.wait();
    tree.collect();
    const before = tree.record(path("a"));
    tree.write(path("a"), text("A"));
    tree.wait();
    const { changed } = tree.collect();
    expect(changed).toHaveLength(1);
    expect(tree.record(path("a")).parsed).toBe(before.parsed);
    expect(tree.record(path("a")).changed).toBe(before.changed);
  });

  test("what is gone is dropped", () => {
    const tree = createTree();
    tree.write(path("a"), text("A"));
    tree.write(path("b"), text("B"));
    tree.collect();
    tree.remove(path("a"));
    const { gone, index } = tree.collect();
    expect(gone).toEqual([path("a")]);
    expect([...index.keys()]).toEqual([path("b")]);
  });

  test("a partial listing judges only what it was asked about", () => {
    const tree = createTree();
    const person = "tasks/team/dave.md" as RelativePath;
    for (const file of [path("a"), path("b"), person]) tree.write(file, text("x"));
    tree.collect();
    for (const file of [path("a"), path("b"), person]) tree.remove(file);
    tree.write(path("c"), text("C"));
    expect(tree.collect([path("a"), path("never-there")]).gone).toEqual([path("a")]);
    const { gone, read } = tree.collect([folder("tasks/workstreams/infra")]);
    expect({ gone, read }).toEqual({ gone: [path("b")], read: [path("c")] });
    expect(tree.collect([folder("tasks/tea"), folder("tasks/team/dave")]).gone).toEqual([]);
    expect(tree.collect([folder("tasks")]).gone).toEqual([person]);
    expect(tree.collect([]).gone).toEqual([]);
  });

  test("a file that has only just changed is read once more, since a second write may leave the same stamp", () => {
    const tree = createTree();
    tree.write(path("a"), text("A"));
    tree.collect();
    tree.writeUnseen(path("a"), text("B"));
    tree.wait();
    expect(tree.collect().read).toEqual([path("a")]);
    expect(title(tree.record(path("a")))).toBe("B");
    expect(tree.collect()).toMatchObject({ read: [], changed: [] });
  });

  test("F15: so is one whose time was set to an old one, and one that changed while many others were read", () => {
    for (const write of ["writeDated", "write"] as const) {
      const tree = createTree();
      if (write === "write") tree.wait(5_000);
      tree[write](path("a"), text("A"));
      // The reading began before it.
      if (write === "write") tree.wait(-5_000);
      tree.collect();
      tree.writeUnseen(path("a"), text("B"));
      tree.collect();
      expect(title(tree.record(path("a")))).toBe("B");
    }
  });

  test("R10: a file dated far in the future is not read forever", () => {
    const tree = createTree();
    tree.wait(86_400_000);
    tree.write(path("a"), text("A"));
    tree.wait(-86_400_000);
    tree.collect();
    expect(tree.collect().read).toEqual([]);
  });
});

describe("when a file changed", () => {
  test("T27: is when it was last written, then when its text was seen to change", () => {
    const tree = createTree();
    tree.write(path("a"), text("A"));
    tree.wait();
    const first = tree.collect();
    expect(tree.record(path("a"))).toMatchObject({
      changed: { atMs: tree.record(path("a"))?.stamp.mtimeMs, basis: "first_seen" },
      firstSeenMs: first.nowMs,
    });
    tree.write(path("a"), text("B"));
    tree.wait();
    const second = tree.collect();
    expect(tree.record(path("a"))).toMatchObject({
      changed: { atMs: second.nowMs, basis: "seen" },
      firstSeenMs: first.nowMs,
    });
  });
});

test.each([
  ["1970", 0],
  ["1980", Date.UTC(1980, 0, 1)],
])("T27: a file dated %s, as archives do, is dated by its first sight", (_, writtenMs) => {
  const stamp = { path: path("a"), sizeBytes: 1, mtimeMs: writtenMs, ctimeMs: 0, inode: 1 };
  const read: FileRead = { kind: "text", stamp, text: text("A"), hash: "1", replaced: false };
  const nowMs = Date.UTC(2026, 2, 24);
  const { index } = applyReads({ index: new Map(), reads: [read], gone: [], nowMs });
  expect(index.get(path("a"))?.changed).toEqual({ atMs: nowMs, basis: "first_seen" });
});

describe("R13: text that cannot be read leaves the last good parse standing, the new problem in front", () => {
  test.each([
    ["half-written", HALF_WRITTEN, "front_matter_unclosed"],
    ["with a merge conflict", CONFLICT, "conflict_markers"],
    ["emptied", "", "file_empty"],
  ])("%s", (_, broken, code) => {
    const tree = createTree();
    tree.write(path("a"), text("A", "banana"));
    tree.wait();
    tree.collect();
    tree.write(path("a"), broken);
    tree.wait();
    const { nowMs } = tree.collect();
    const record = tree.record(path("a"));
    expect(record).toMatchObject({
      outdated: true,
      changed: { atMs: nowMs, basis: "seen" },
      hash: `hash of ${broken}`,
    });
    expect(title(record)).toBe("A");
    expect(codes(record)).toEqual([code, "status_unknown"]);
  });

  test("another unreadable text replaces the problem, a good one everything", () => {
    const tree = createTree();
    for (const content of [text("A"), HALF_WRITTEN, CONFLICT]) {
      tree.write(path("a"), content);
      tree.wait();
      tree.collect();
    }
    expect(title(tree.record(path("a")))).toBe("A");
    expect(codes(tree.record(path("a")))).toEqual(["conflict_markers"]);
    tree.write(path("a"), text("B"));
    tree.wait();
    tree.collect();
    expect(tree.record(path("a"))).toMatchObject({ outdated: false });
    expect(title(tree.record(path("a")))).toBe("B");
    expect(codes(tree.record(path("a")))).toEqual([]);
  });

  test("without a good parse, the file name is all there is", () => {
    const tree = createTree();
    for (const content of [HALF_WRITTEN, CONFLICT]) {
      tree.write(path("a"), content);
      tree.wait();
      tree.collect();
    }
    expect(tree.record(path("a"))).toMatchObject({
      outdated: false,
      parsed: { readable: false, spec: { slug: "a", status: null } },
    });
    expect(codes(tree.record(path("a")))).toEqual(["conflict_markers"]);
  });

  test("holds for people too, so that their tasks keep an owner", () => {
    const tree = createTree();
    const dave = "tasks/team/dave.md" as RelativePath;
    tree.write(dave, "---\naliases: [davefowler]\n---\n");
    tree.wait();
    tree.collect();
    tree.write(dave, "---\naliases: [dave");
    tree.wait();
    tree.collect();
    expect(tree.record(dave)).toMatchObject({ outdated: true, parsed: { aliases: ["davefowler"] } });
  });
});

describe("a read that is refused", () => {
  test.each([
    ["link", "file_link"],
    ["not_a_file", "file_not_regular"],
    ["too_large", "file_too_large"],
    ["unreadable", "file_unreadable"],
  ] as const)("T2: %s is a record with a problem", (reason, code) => {
    const tree = createTree();
    tree.write(path("a"), "", { code: reason, message: "permission denied." });
    tree.wait();
    tree.collect();
    expect(tree.record(path("a"))).toMatchObject({ hash: "", outdated: false, parsed: { readable: false } });
    expect(codes(tree.record(path("a")))).toEqual([code]);
  });

  test("is tried again while the system fails, without news each time", () => {
    const tree = createTree();
    tree.write(path("a"), "", { code: "unreadable", message: "too many open files" });
    tree.wait();
    tree.collect();
    expect(tree.record(path("a")).parsed.problems[0]?.message).toBe("too many open files");
    const again = tree.collect();
    expect(again).toMatchObject({ read: [path("a")], changed: [] });
    expect(again.index).toBe(again.before);
  });

  test("keeps the last good parse and its time, and finds both again", () => {
    const tree = createTree();
    tree.write(path("a"), text("A"));
    tree.wait();
    tree.collect();
    const good = tree.record(path("a"));
    tree.write(path("a"), text("A"), { code: "unreadable", message: "input/output error" });
    tree.wait();
    tree.collect();
    expect(tree.record(path("a"))).toMatchObject({ outdated: true, hash: good.hash, changed: good.changed });
    expect(codes(tree.record(path("a")))).toEqual(["file_unreadable"]);
    tree.write(path("a"), text("A"));
    tree.wait();
    tree.collect();
    expect(tree.record(path("a"))).toMatchObject({
      outdated: false,
      changed: good.changed,
      parsed: good.parsed,
    });
  });

  test("S10: a file replaced by a link shows its last good parse", () => {
    const tree = createTree();
    tree.write(path("a"), text("A"));
    tree.wait();
    tree.collect();
    tree.write(path("a"), "", { code: "link", message: "it is a link" });
    tree.wait();
    tree.collect();
    expect(title(tree.record(path("a")))).toBe("A");
    expect(codes(tree.record(path("a")))).toEqual(["file_link"]);
    expect(tree.collect().read).toEqual([]);
  });
});

test("S16: bytes that were no UTF-8 are a mark", () => {
  const tree = createTree();
  tree.write(path("a"), text("caf\uFFFD"));
  tree.wait();
  tree.collect();
  expect(title(tree.record(path("a")))).toBe("caf\uFFFD");
  expect(codes(tree.record(path("a")))).toEqual(["invalid_utf8"]);
});

/** What happens to a tree: writes of good and bad texts, removals, refusals; each followed by a collect of some kind. */
const step = fc.record({
  slug: fc.constantFrom("a", "b", "c"),
  content: fc.constantFrom(text("A"), text("B"), HALF_WRITTEN, CONFLICT, "", null, "refused"),
  partial: fc.boolean(),
  wait: fc.constantFrom(0, 100, 5_000),
});

test("R13: after any changes, the index says what a fresh one says, or keeps the last good parse", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const tree = createTree();
      const lastGood = new Map<RelativePath, string>();
      for (const { slug, content, partial, wait } of steps) {
        const file = path(slug);
        tree.wait(wait);
        if (content === null) tree.remove(file);
        else if (content === "refused") tree.write(file, content, { code: "too_large", message: "" });
        else tree.write(file, content);
        if (content === null) lastGood.delete(file);
        if (content?.startsWith("---\ntitle: A\nstatus") || content?.startsWith("---\ntitle: B"))
          lastGood.set(file, content);
        tree.collect(partial ? [file] : undefined);
        if (content === null) expect(() => tree.record(file)).toThrow("no record");
        else {
          const good = lastGood.get(file);
          expect(title(tree.record(file))).toBe(good === undefined ? null : good.includes("A") ? "A" : "B");
          expect(tree.record(file).outdated).toBe(good !== undefined && good !== content);
          expect(codes(tree.record(file))).toHaveLength(good === content ? 0 : 1);
        }
      }
    }),
    { numRuns: 500 },
  );
});
