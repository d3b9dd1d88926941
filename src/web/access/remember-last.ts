/** The same judgement, which is made again only for another text: nearly all requests come by one name. */
export function rememberLast<Judgement>(judge: (text: string) => Judgement): (text: string) => Judgement {
  let last: { readonly text: string; readonly judgement: Judgement } | null = null;
  return (text) => {
    if (last === null || last.text !== text) last = { text, judgement: judge(text) };
    return last.judgement;
  };
}
