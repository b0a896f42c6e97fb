/**
 * What the classes of a prototype's chain declare of their methods, nearest first. A declaration belongs to the method that it
 * stands on: a subclass that overrides the method without a declaration of its own takes it away, as with Nest's decorators.
 *
 * @param ownOf what a class declares itself
 */
export function inheritedDeclarations<D extends { readonly method: string | symbol }>(
  prototype: object | null,
  ownOf: (prototype: object) => readonly D[],
): readonly D[] {
  let declarations: D[] = [];
  const overriding: object[] = [];
  for (let level = prototype; level !== null; level = Object.getPrototypeOf(level) as object | null) {
    const own = ownOf(level);
    const isTaken = ({ method }: D): boolean => overriding.some((below) => Object.hasOwn(below, method));
    if (overriding.length === 0) declarations = [...own];
    else if (own.length > 0) declarations.push(...own.filter((declaration) => !isTaken(declaration)));
    overriding.push(level);
  }
  return declarations;
}
