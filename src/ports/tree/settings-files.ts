// The files that settings come from: the repository's, the user's own, and what the user trusts of the repository.

export type SettingsText = {
  /** For messages. */
  readonly name: string;
  /** Null: there is no such file. */
  readonly text: string | null;
};

/** What the user trusts of one repository on this machine; kept outside of every repository. */
export type TrustRecord = {
  /** By setting: the digest of the trusted value. */
  readonly digests: Readonly<Record<string, string>>;
};

export type SettingsFiles = {
  /** Changes when any of the files may have changed. Cheap: reads none of them, never throws. */
  stamp(): string;
  /** `tasks/config.yaml`. Throws UserError `config_invalid` unless it is an ordinary, small file. */
  readRepository(): SettingsText;
  /** The user's own settings, which hold for every repository. Throws as `readRepository`. */
  readOwn(): SettingsText;
  /** Null: never trusted, or the record is unreliable. Never throws. */
  readTrust(): TrustRecord | null;
  /** Throws UserError `file_not_written`. */
  writeTrust(record: TrustRecord): Promise<void>;
  /** Throws UserError `file_not_written`. */
  removeTrust(): Promise<void>;
};
