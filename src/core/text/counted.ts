/** "1 task", "3 tasks", "2 statuses". */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${groupedDigits(count)} ${count === 1 ? singular : plural}`;
}

/** 12,345: digits in threes, the same in every locale. */
export function groupedDigits(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
