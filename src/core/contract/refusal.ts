// Why something that was asked for is not done, and what to do instead: two sentences for a person.

export type Refusal = { readonly kind: "refused"; readonly message: string; readonly hint: string };

export function refusal(message: string, hint: string): Refusal {
  return { kind: "refused", message, hint };
}
