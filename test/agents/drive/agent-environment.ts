// What each agent needs to run offline against the scripted model: variables, and files in its scratch home.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { AgentKind } from "./agent-kind.ts";

type Place = { readonly home: string; readonly port: number };

/** The whole environment of the agent, beside PATH; writes its settings into `home` first. */
export function agentEnvironment(kind: AgentKind, place: Place): Record<string, string> {
  writeSettings(kind, place);
  return {
    HOME: place.home,
    LANG: "C.UTF-8",
    TZ: "UTC",
    // Agents on servers run as root; Claude refuses its bypass mode there without this.
    ...(process.getuid?.() === 0 ? { IS_SANDBOX: "1" } : {}),
    ...variables(kind, place.port),
  };
}

function variables(kind: AgentKind, port: number): Record<string, string> {
  const server = `http://127.0.0.1:${port}`;
  switch (kind) {
    case "claude":
      return {
        ANTHROPIC_BASE_URL: server,
        ANTHROPIC_API_KEY: "sk-local-test",
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
        CLAUDE_CODE_MAX_RETRIES: "1",
        DISABLE_AUTOUPDATER: "1",
      };
    case "codex":
      return { SCRIPTED_KEY: "local-test" };
    case "gemini":
      return {
        GEMINI_API_KEY: "local-test",
        GOOGLE_GEMINI_BASE_URL: server,
        GEMINI_CLI_TRUST_WORKSPACE: "true",
        GEMINI_CLI_NO_RELAUNCH: "true",
      };
    case "opencode":
      return { OPENCODE_DISABLE_AUTOUPDATE: "1", OPENCODE_DISABLE_MODELS_FETCH: "1" };
    case "copilot":
      return {
        COPILOT_PROVIDER_BASE_URL: `${server}/v1`,
        COPILOT_MODEL: "scripted",
        COPILOT_OFFLINE: "true",
        COPILOT_AUTO_UPDATE: "false",
      };
  }
}

function writeSettings(kind: AgentKind, { home, port }: Place): void {
  const file = settingsFile(kind, port);
  if (file === undefined) return;
  const path = join(home, file.name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, file.text);
}

function settingsFile(kind: AgentKind, port: number): { name: string; text: string } | undefined {
  switch (kind) {
    case "codex":
      return { name: ".codex/config.toml", text: codexSettings(port) };
    case "gemini":
      return { name: ".gemini/settings.json", text: JSON.stringify(GEMINI_SETTINGS) };
    case "opencode":
      return { name: ".config/opencode/opencode.json", text: JSON.stringify(opencodeSettings(port)) };
    case "claude":
    case "copilot":
      return undefined;
  }
}

/** `gpt-5` has plain function tools; newer names of models send their tools elsewhere in the request. */
function codexSettings(port: number): string {
  return `model = "gpt-5"
model_provider = "scripted"
check_for_update_on_startup = false

[model_providers.scripted]
name = "scripted"
base_url = "http://127.0.0.1:${port}/v1"
wire_api = "responses"
env_key = "SCRIPTED_KEY"
request_max_retries = 1
stream_max_retries = 1

[tools.update_plan]
enabled = true
`;
}

const GEMINI_SETTINGS = {
  security: { auth: { selectedType: "gemini-api-key" } },
  general: { disableAutoUpdate: true, maxAttempts: 1 },
  privacy: { usageStatisticsEnabled: false },
};

function opencodeSettings(port: number): object {
  const scripted = { limit: { context: 100_000, output: 8000 }, cost: { input: 3, output: 15 } };
  return {
    autoupdate: false,
    share: "disabled",
    provider: {
      local: {
        npm: "@ai-sdk/openai-compatible",
        options: { baseURL: `http://127.0.0.1:${port}/v1`, apiKey: "local-test" },
        models: { scripted },
      },
    },
    model: "local/scripted",
    small_model: "local/scripted",
  };
}
