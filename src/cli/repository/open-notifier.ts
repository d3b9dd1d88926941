// What sends notifications, for a runner that stays.

import type { RunnerContext } from "../../app/cycle/cycle-context.ts";
import { Notifier } from "../../app/notify/notifier.ts";
import type { Messenger } from "../../ports/system/messenger.ts";
import { statusLink, taskUrl } from "../../web/addresses/links.ts";
import type { RepositoryContext } from "../contract/command.ts";

export function openNotifier(
  { system, settings }: RepositoryContext,
  { clock, store, log, repositoryName, config }: RunnerContext,
): Notifier {
  // Most users send none: what connects to other machines is loaded for the first one.
  const messenger: Messenger = {
    send: async (...words) => (await system.openMessenger()).send(...words),
  };
  return new Notifier({
    clock,
    store,
    log,
    messenger,
    repositoryName,
    owner: config.owner,
    notify: () => settings.now().config.notify,
    pathOf: (key) => (key === null ? statusLink({}) : taskUrl(key)),
  });
}
