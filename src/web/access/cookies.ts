// Parses the Cookie header.

/** All values with this name: a page on another port of this host can set a second one and choose their order. */
export function cookiesOf(header: string | undefined, name: string): readonly string[] {
  return (header ?? "").split(";").flatMap((pair) => {
    const equals = pair.indexOf("=");
    const isMeant = equals !== -1 && pair.slice(0, equals).trim() === name;
    return isMeant ? [pair.slice(equals + 1).trim()] : [];
  });
}
