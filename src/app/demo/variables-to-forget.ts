// The demo has nothing to do with the user's GitHub: not with their tokens, and not with a repository that their
// environment names. What `npm start` made for it is on this machine, and comes with a token of its own.

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the tokens are that lead to a real GitHub, and what says which host they are for. */
const OF_THE_USER = [
  ...["GH_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"],
  ...["GH_HOST", "GITHUB_SERVER_URL", "GITHUB_API_URL"],
];
const TOKEN = "GITHUB_TOKEN";
const BASE_URL = "TASKS_GITHUB_BASE_URL";
const REPOSITORY = "TASKS_GITHUB_REPOSITORY";
const SETTING = /^TASKS_(?:GITHUB|DELIVERY)_/;

/** Names of variables that neither the demo nor any process that it starts may have. */
export function variablesToForget(environment: Environment): readonly string[] {
  const kept = isOnThisMachine(environment[BASE_URL]) ? [TOKEN, BASE_URL, REPOSITORY] : [];
  return Object.keys(environment).filter(
    (name) => (SETTING.test(name) || name === TOKEN || OF_THE_USER.includes(name)) && !kept.includes(name),
  );
}

function isOnThisMachine(address: string | undefined): boolean {
  return URL.parse(address ?? "")?.hostname === "127.0.0.1";
}
