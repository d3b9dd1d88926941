// The port TaskWriter over a task tree that lives in a Map.

import { plainTreePath } from "../../src/adapters/tree-files/tree-reader.ts";
import type { TaskWriter } from "../../src/ports/tree/task-writer.ts";
import type { MemoryTree } from "./memory-tree.ts";

export function createMemoryTaskWriter({ reader, write }: Pick<MemoryTree, "reader" | "write">): TaskWriter {
  const inTurn = createQueue();
  return {
    rewrite: (path, change) =>
      inTurn(async () => {
        const read = plainTreePath(path) === null ? OUTSIDE : await reader.read(path);
        if (read.kind !== "text") return read;
        const text = change(read.text);
        if (text === null) return { kind: "left" };
        const now = await reader.read(path);
        if (now.kind !== "text" || now.hash !== read.hash) return { kind: "changed" };
        write(path, text);
        return { kind: "written" };
      }),
    create: (path, text) =>
      inTurn(async () => {
        if (plainTreePath(path) === null) return OUTSIDE;
        if ((await reader.read(path)).kind !== "missing") return { kind: "exists" };
        write(path, text);
        return { kind: "written" };
      }),
  };
}

const OUTSIDE = { kind: "refused", reason: "outside" } as const;

/** Runs one piece of work at a time, in the order asked for. */
function createQueue(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work, work);
    last = result.catch(() => undefined);
    return result;
  };
}
