// The settings of one repository while a command runs. Most are taken as they were when it began. What starts need is
// asked for again when something is about to start: a worker that was just configured, and trust that was just given or
// taken back, count at once.

import { UserError } from "../core/contract/user-error.ts";
import type { SettingsFiles, SettingsText } from "../ports/tree/settings-files.ts";
import { type ConfigInput, type LoadedConfig, loadConfig, resolveConfig } from "./load.ts";

type Given = Pick<ConfigInput, "environment" | "flags">;
type Texts = { readonly repository: SettingsText; readonly own: SettingsText };

/** Throws UserError `config_invalid` that lists everything wrong, with file and line. */
export async function openSettings(files: SettingsFiles, given: Given): Promise<LiveSettings> {
  const stamp = files.stamp();
  const texts = readTexts(files);
  const loaded = await loadConfig(inputOf(texts, files, given));
  return new LiveSettings({ files, given, stamp, texts, loaded });
}

export class LiveSettings {
  /** As they were when the command began. */
  readonly atStart: LoadedConfig;
  readonly #files: SettingsFiles;
  readonly #given: Given;
  #stamp: string;
  /** Those that resolved last: a file that is broken meanwhile changes nothing. */
  #texts: Texts;
  #loaded: LoadedConfig;

  constructor(opened: {
    readonly files: SettingsFiles;
    readonly given: Given;
    readonly stamp: string;
    readonly texts: Texts;
    readonly loaded: LoadedConfig;
  }) {
    this.#files = opened.files;
    this.#given = opened.given;
    this.#stamp = opened.stamp;
    this.#texts = opened.texts;
    this.#loaded = opened.loaded;
    this.atStart = opened.loaded;
  }

  /** As they are now. The same object while no file has changed; costs a look at three files. */
  now(): LoadedConfig {
    const stamp = this.#files.stamp();
    if (stamp === this.#stamp) return this.#loaded;
    this.#stamp = stamp;
    this.#loaded = this.#readAgain() ?? this.#resolve(this.#texts) ?? this.#loaded;
    return this.#loaded;
  }

  /** Null for files that are broken now: the next command says so, and so does the supervisor of a start. */
  #readAgain(): LoadedConfig | null {
    try {
      const texts = readTexts(this.#files);
      const loaded = this.#resolve(texts);
      if (loaded !== null) this.#texts = texts;
      return loaded;
    } catch (error) {
      if (error instanceof UserError) return null;
      throw error;
    }
  }

  /** With the trust of this moment, whatever became of the other files. */
  #resolve(texts: Texts): LoadedConfig | null {
    const resolved = resolveConfig(inputOf(texts, this.#files, this.#given));
    return resolved.kind === "resolved" ? resolved.loaded : null;
  }
}

function readTexts(files: SettingsFiles): Texts {
  return { repository: files.readRepository(), own: files.readOwn() };
}

function inputOf({ repository, own }: Texts, files: SettingsFiles, given: Given): ConfigInput {
  return { ...given, fileText: repository.text, own, trust: files.readTrust() };
}
