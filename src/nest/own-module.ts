const own = new WeakSet<object>();

/** Marks the modules of this package, which do what nobody else's should. Not by anything that others could put on theirs. */
export function OwnModule(): ClassDecorator {
  return (type) => void own.add(type);
}

export function isOwnModule(type: object): boolean {
  return own.has(type);
}
