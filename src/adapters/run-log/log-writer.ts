// The two outputs of a run: what its worker prints, and what its agent did.

import { type OutputFileSystem, OutputWriter } from "./output-writer.ts";
import { EVENTS, LOG } from "./run-folder.ts";

export type RunOutputSettings = {
  /** Creates the run's folder if necessary, and returns it. */
  readonly prepareFolder: () => string;
  readonly maxBytes: number;
  readonly fileSystem?: OutputFileSystem | undefined;
};

export function logWriter({ prepareFolder, maxBytes, fileSystem }: RunOutputSettings): OutputWriter {
  return new OutputWriter(
    {
      files: LOG,
      prepareFolder,
      maxBytes,
      describeLoss: ({ bytes, why }) => `[tasks: ${bytes} bytes of output are missing here: ${why}]`,
    },
    fileSystem,
  );
}

/** `nowMs` and `attempt` are those of the line that reports a loss. */
export function eventWriter({
  prepareFolder,
  maxBytes,
  fileSystem,
  nowMs,
  attempt,
}: RunOutputSettings & { readonly nowMs: () => number; readonly attempt: number }): OutputWriter {
  return new OutputWriter(
    {
      files: EVENTS,
      prepareFolder,
      maxBytes,
      describeLoss: ({ bytes, why }) =>
        JSON.stringify({
          atMs: nowMs(),
          attempt,
          kind: "unparsed",
          line: "",
          why: `${bytes} bytes of events are missing here: ${why}`,
        }),
    },
    fileSystem,
  );
}
