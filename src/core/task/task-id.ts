// Ids of tasks. Four shapes live side by side and any other is taken as written; only the default one is made here.

/** `<WORKSTREAM>-<SLUG>`, each in upper case with `_` for `-`: the id of a task that names none. */
export const defaultTaskId = (workstream: string, slug: string): string =>
  `${upperSnake(workstream)}-${upperSnake(slug)}`;

const upperSnake = (name: string) => name.replaceAll("-", "_").toUpperCase();
