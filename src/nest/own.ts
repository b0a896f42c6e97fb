const own = new WeakSet<object>();

/** Marks the modules and providers of this package that do what nobody else's should. Not by anything that others could put on theirs. */
export function Own(): ClassDecorator {
  return (type) => void own.add(type);
}

export function isOwn(type: object): boolean {
  return own.has(type);
}
