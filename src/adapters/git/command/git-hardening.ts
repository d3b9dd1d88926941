// What keeps git from running programs that a repository names (S18), from asking (R8) and from taking locks (R7). The
// only list: local git adds what keeps it off the network, git that talks to a remote adds its transport.

const SETTINGS = [
  "core.askPass=",
  // Git would ask the repository that objects are borrowed from, under its own configuration, and believe it has all.
  "core.alternateRefsCommand=true",
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "core.quotePath=false",
  "fetch.bundleURI=",
  "fetch.writeCommitGraph=false",
  "gc.auto=0",
  "log.showSignature=false",
  "maintenance.auto=false",
  "submodule.recurse=false",
  // Hooks from the configuration, which git 2.54 has beside those in files; by name in tame-configuration.ts.
  "hook.post-checkout.enabled=false",
  "hook.post-index-change.enabled=false",
  "hook.pre-push.enabled=false",
  "hook.reference-transaction.enabled=false",
];

/** `settings` are added, as `key=value`. */
export function hardenedOptions(settings: readonly string[] = []): readonly string[] {
  return [
    "--no-optional-locks",
    "--no-pager",
    "--literal-pathspecs",
    ...[...SETTINGS, ...settings].flatMap((setting) => ["-c", setting]),
  ];
}

export const HARDENED_ENVIRONMENT = {
  LC_ALL: "C",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ASKPASS: "",
  SSH_ASKPASS: "",
  GIT_PAGER: "cat",
  GIT_EDITOR: "false",
  GIT_OPTIONAL_LOCKS: "0",
  // A partial clone must not fetch what it lacks; for git 2.44 and newer.
  GIT_NO_LAZY_FETCH: "1",
} as const;
