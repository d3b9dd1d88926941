// The files that settings come from, for one repository: its own, the user's own, and what the user trusts of it.

/** One settings file, as it was read. */
export type SettingsText = {
  /** What it is called in messages. */
  readonly name: string;
  /** Null: there is no such file. */
  readonly text: string | null;
};

/** What the user trusts of one repository on this machine; kept outside of every repository. */
export type TrustRecord = {
  /** By key of a setting: the digest of the value that was trusted. */
  readonly digests: Readonly<Record<string, string>>;
};

export type SettingsFiles = {
  /** Differs from an earlier one when any of the files may have changed. Cheap: reads none of them, never throws. */
  stamp(): string;
  /** `tasks/config.yaml`. Throws UserError `config_invalid` for what is there and is not an ordinary, small file. */
  readRepository(): SettingsText;
  /** The user's own settings, which hold for every repository. Throws as `readRepository`. */
  readOwn(): SettingsText;
  /** Null: never trusted, or what was kept of it cannot be relied on. Never throws. */
  readTrust(): TrustRecord | null;
  /** Throws UserError `file_not_written`. */
  writeTrust(record: TrustRecord): Promise<void>;
  /** The repository is trusted no longer. Throws UserError `file_not_written`. */
  removeTrust(): Promise<void>;
};
