// The Cookie header: names and values as browsers send them back.

/** All values of that name: a page on another port of this host can set a second one, and which comes first is its choice. */
export function cookiesOf(header: string | undefined, name: string): readonly string[] {
  return (header ?? "").split(";").flatMap((pair) => {
    const equals = pair.indexOf("=");
    const isMeant = equals !== -1 && pair.slice(0, equals).trim() === name;
    return isMeant ? [pair.slice(equals + 1).trim()] : [];
  });
}
