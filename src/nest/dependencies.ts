import type { Type } from '@nestjs/common';

/** Where TypeScript, `@Inject()` on a parameter and `@Inject()` on a property leave their metadata. */
const PARAMETERS = 'design:paramtypes';
const INJECTED_PARAMETERS = 'self:paramtypes';
const INJECTED_PROPERTIES = 'self:properties_metadata';

/** The tokens that a class or a factory (given its list `inject`) asks Nest for. */
export function dependenciesOf(asker: Type<unknown> | readonly unknown[]): readonly unknown[] {
  return (isList(asker) ? asker : tokensOfClass(asker)).map(unwrapped);
}

function isList(asker: Type<unknown> | readonly unknown[]): asker is readonly unknown[] {
  return Array.isArray(asker);
}

function tokensOfClass(type: Type<unknown>): unknown[] {
  const tokens = [...metadata(PARAMETERS, type)];
  for (const { index, param } of metadata(INJECTED_PARAMETERS, type) as InjectedParameter[]) {
    tokens[index] = param;
  }
  for (const property of metadata(INJECTED_PROPERTIES, type) as InjectedProperty[])
    tokens.push(property.type);
  return tokens;
}

interface InjectedParameter {
  readonly index: number;
  readonly param: unknown;
}

interface InjectedProperty {
  readonly type: unknown;
}

function metadata(key: string, type: Type<unknown>): readonly unknown[] {
  return (Reflect.getMetadata(key, type) as readonly unknown[] | undefined) ?? [];
}

/** A token may be wrapped in `forwardRef()` or, in a factory's list, in `{ token, optional }`. */
function unwrapped(token: unknown): unknown {
  if (typeof token !== 'object' || token === null) return token;
  if ('forwardRef' in token) return (token.forwardRef as () => unknown)();
  return 'token' in token ? token.token : token;
}
