// What a command opened is closed in the reverse order, whatever happened in between.

type Close = () => Promise<void> | void;

/** Runs `work`, then closes what it said it opened, the last first; all of it, also when one of them fails. */
export async function withClosing<T>(work: (opened: (close: Close) => void) => Promise<T>): Promise<T> {
  const closers: Close[] = [];
  try {
    return await work((close) => closers.push(close));
  } finally {
    await closeInReverse(closers);
  }
}

async function closeInReverse(closers: Close[]): Promise<void> {
  const close = closers.pop();
  if (close === undefined) return;
  try {
    await close();
  } finally {
    await closeInReverse(closers);
  }
}
