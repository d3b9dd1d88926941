/** Closes an exhaustive `switch`: a union member that was forgotten fails to compile. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
