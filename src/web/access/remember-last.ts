/** Caches the last result: nearly all requests use the same name. */
export function rememberLast<Judgement>(judge: (text: string) => Judgement): (text: string) => Judgement {
  let last: { readonly text: string; readonly judgement: Judgement } | null = null;
  return (text) => {
    if (last === null || last.text !== text) last = { text, judgement: judge(text) };
    return last.judgement;
  };
}
