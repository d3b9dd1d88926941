// `codex` of npm is a Node.js program around the native one, which lives on when the wrapper is killed.

const TARGETS: Readonly<Record<string, string>> = {
  "linux-x64": "x86_64-unknown-linux-musl",
  "linux-arm64": "aarch64-unknown-linux-musl",
  "darwin-x64": "x86_64-apple-darwin",
  "darwin-arm64": "aarch64-apple-darwin",
};

/** `program`: absolute, links followed: `.../@openai/codex/bin/codex.js`. Beside the package, inside it, or in its own files. */
export function nativeCodexFiles(
  program: string,
  { platform, arch }: { readonly platform: string; readonly arch: string },
): readonly string[] {
  const target = TARGETS[`${platform}-${arch}`];
  const scope = /^(.*\/@openai)\/codex\/bin\/codex(?:\.js)?$/.exec(program)?.[1];
  if (target === undefined || scope === undefined) return [];
  const platformPackage = `codex-${platform}-${arch}`;
  return [
    `${scope}/codex/node_modules/@openai/${platformPackage}`,
    `${scope}/${platformPackage}`,
    `${scope}/codex`,
  ].map((folder) => `${folder}/vendor/${target}/bin/codex`);
}
