/** `<WORKSTREAM>-<SLUG>`, in upper case with `_` for `-`: the id of a task without one. */
export const defaultTaskId = (workstream: string, slug: string): string =>
  `${upperSnake(workstream)}-${upperSnake(slug)}`;

const upperSnake = (name: string) => name.replaceAll("-", "_").toUpperCase();
