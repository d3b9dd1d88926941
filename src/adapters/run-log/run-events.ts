// The events of a run as its supervisor writes them, whatever happens to the disk. Secrets are taken out of each text
// before it is written.

import { encodeEvent } from "../../core/agent/lines/stored-event.ts";
import type { RunId } from "../../core/contract/run.ts";
import { hideValues, redactSecrets } from "../../core/text/redact-secrets.ts";
import type { RunEvents } from "../../ports/runs/run-events.ts";
import { unlessRefused } from "../file-system/file-error.ts";
import { writeActivity } from "./activity-file.ts";
import { eventWriter } from "./log-writer.ts";
import type { OutputFileSystem } from "./output-writer.ts";
import { prepareRunFolder } from "./run-folder.ts";

export type RunEventsSettings = {
  /** `.tasks/task_manager` of a repository, absolute, without links. */
  readonly stateFolder: string;
  readonly run: RunId;
  readonly attempt: number;
  readonly maxBytes: number;
  /** Longest first. */
  readonly secrets: readonly string[];
  readonly nowMs: () => number;
  readonly fileSystem?: OutputFileSystem | undefined;
};

/** No rule and no known value is shorter; most texts of an event are: names, states. */
const SECRET_LENGTH_MIN = 6;

export function openRunEvents(settings: RunEventsSettings): RunEvents {
  const { stateFolder, run, secrets } = settings;
  const prepareFolder = () => prepareRunFolder(stateFolder, run);
  const writer = eventWriter({ ...settings, prepareFolder });
  const clean = (text: string) =>
    text.length < SECRET_LENGTH_MIN ? text : redactSecrets(hideValues(text, secrets));
  return {
    write: (event) => writer.writeLine(encodeEvent(event, clean)),
    writeActivity: (activity) =>
      unlessRefused(() => {
        writeActivity(prepareFolder(), activity, clean);
        return true;
      }, false),
    clean,
    close: () => writer.close(),
  };
}
