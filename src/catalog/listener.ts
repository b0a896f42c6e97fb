/** Something that JSON can hold. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain };

/** Who hears a pattern. */
export interface Listener {
  /** `Module/Class.method`, or the name of a function that was subscribed by hand. */
  readonly handler: string;
  readonly pattern: string;
  /** What was set, functions as `'function'`; `startup` where it is a startup step that waits for it. */
  readonly options: { readonly [name: string]: Plain };
}

/** Options as plain data, by name. */
export function plainOptions(options: object): Listener['options'] {
  return plainObject(options);
}

function plainObject(object: object): { readonly [name: string]: Plain } {
  const entries = Object.entries(object).flatMap(([name, value]): [string, Plain][] => {
    const shown = plain(value);
    return shown === undefined ? [] : [[name, shown]];
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function plain(value: unknown): Plain | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number': // JSON has no word for Infinity
      return Number.isFinite(value) ? value : String(value);
    case 'object':
      if (value === null) return null;
      return Array.isArray(value) ? value.map((each) => plain(each) ?? null) : plainObject(value);
    case 'undefined':
      return undefined;
    default:
      return typeof value;
  }
}
