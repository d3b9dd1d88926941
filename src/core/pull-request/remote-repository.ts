// Which repository of which host the URL of a git remote means. Users and passwords in it are dropped (S20). Anything but a
// plain URL is null, so that nothing crafted reaches a host (S17).

export type RemoteRepository = {
  /** In lower case, without user and port. */
  readonly host: string;
  readonly owner: string;
  readonly name: string;
};

/** The forms git takes: `https://host/o/r.git`, `ssh://git@host:22/o/r`, `git://host/o/r`, and `git@host:o/r.git`. */
export function parseRemoteUrl(url: string): RemoteRepository | null {
  if (url.length > URL_LENGTH_MAX || !PRINTABLE.test(url)) return null;
  const [, host, path] = WITH_SCHEME.exec(url) ?? AS_SSH_HAS_IT.exec(url) ?? [];
  if (host === undefined || path === undefined) return null;
  const repository = parseRepositoryName(path.replace(/\/$/, "").replace(/\.git$/, ""));
  return repository === null ? null : { host: host.toLowerCase(), ...repository };
}

/** `owner/name`, as settings have it. */
export function parseRepositoryName(text: string): Omit<RemoteRepository, "host"> | null {
  const [, owner, name] = OWNER_AND_NAME.exec(text) ?? [];
  return owner === undefined || name === undefined || isStep(owner) || isStep(name) ? null : { owner, name };
}

/** Git refuses none; real ones have under 200 characters. */
const URL_LENGTH_MAX = 1000;

const PRINTABLE = /^[\x21-\x7e]+$/;
/** Everything up to the last @ before the path is a name and perhaps a password. */
const WITH_SCHEME =
  /^(?:https?|ssh|git|git\+ssh|ssh\+git):\/\/(?:[^/]*@)?([a-z0-9][a-z0-9.-]*|\[[0-9a-f:.]+\])(?::\d{1,5})?\/(.+)$/i;
/** A host of one letter is a drive of Windows; `ext::` and its like name a program, not a host. */
const AS_SSH_HAS_IT = /^(?:\w[\w.-]*@)?([a-z0-9][a-z0-9.-]+):(?![:/]{2})\/?(.+)$/i;
const OWNER_AND_NAME = /^(\w[\w.-]{0,99}|\.[\w.-]{1,99})\/(\w[\w.-]{0,99}|\.[\w.-]{1,99})$/;

/** A path segment that would lead to another folder. */
function isStep(name: string): boolean {
  return name === "." || name === "..";
}
