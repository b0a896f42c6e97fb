import type { StandardSchema } from '../core/index.js';
import { redactSecrets, secretNames } from '../logging/index.js';

/** A JSON Schema, of draft 7: what AsyncAPI builds on. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a schema library answers to Standard JSON Schema (https://standardschema.dev/json-schema) with. */
interface Converter {
  output(options: ConverterOptions): JsonSchema;
  input(options: ConverterOptions): JsonSchema;
}

interface ConverterOptions {
  readonly target: 'draft-07';
  readonly libraryOptions?: Readonly<Record<string, unknown>>;
}

const STRICT: ConverterOptions = { target: 'draft-07' };
/** Leaves open what JSON can't say, such as a Date: by zod's name for it, and by valibot's. */
const LENIENT: ConverterOptions = {
  ...STRICT,
  libraryOptions: { unrepresentable: 'any', errorMode: 'ignore' },
};

/**
 * The JSON Schema of what handlers get or, where the library can only tell that, of what is emitted; undefined where the
 * schema gives none.
 */
export function jsonSchemaOf(schema: StandardSchema): JsonSchema | undefined {
  const { jsonSchema } = schema['~standard'] as { jsonSchema?: Partial<Converter> };
  return (
    convert(() => jsonSchema?.output?.(STRICT)) ??
    convert(() => jsonSchema?.input?.(STRICT)) ??
    convert(() => jsonSchema?.output?.(LENIENT))
  );
}

/** Libraries throw for what they can't convert. What isn't plain data couldn't be written down. */
function convert(attempt: () => unknown): JsonSchema | undefined {
  try {
    const converted: unknown = JSON.parse(JSON.stringify(attempt()));
    if (typeof converted !== 'object' || converted === null || Array.isArray(converted)) return undefined;
    const { $schema: _, ...schema } = converted as Record<string, unknown>;
    return schema;
  } catch {
    return undefined;
  }
}

const VALUES = new Set(['default', 'const', 'enum', 'example', 'examples']);
const MAPS_OF_SCHEMAS = new Set([
  'properties',
  'patternProperties',
  'definitions',
  '$defs',
  'dependentSchemas',
]);

/** The schema without any value that its author wrote into it: names and types alone, for what is sensitive. */
export function withoutValues(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([keyword]) => !VALUES.has(keyword))
      .map(([keyword, value]) => [
        keyword,
        MAPS_OF_SCHEMAS.has(keyword) ? eachEntry(value, within) : within(value),
      ]),
  );
}

const isSecret = secretNames();
const redactor = redactSecrets();
const redacted = (value: unknown): unknown => redactor.data(value);

/** The schema without the values that its author wrote under a secret's usual name, or that show to be secret. */
export function withoutSecrets(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => {
      if (VALUES.has(keyword)) {
        // Each on its own: two allowed values are no name with a secret beside it.
        return [keyword, Array.isArray(value) ? value.map(redacted) : redacted(value)];
      }
      const shown = MAPS_OF_SCHEMAS.has(keyword)
        ? eachEntry(value, (entry, name) => (isSecret(name) ? within(entry) : secretless(entry)))
        : secretless(value);
      return [keyword, shown];
    }),
  );
}

function secretless(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(secretless);
  return isObject(value) ? withoutSecrets(value) : value;
}

function eachEntry(map: unknown, shown: (schema: unknown, name: string) => unknown): unknown {
  return isObject(map)
    ? Object.fromEntries(Object.entries(map).map(([name, schema]) => [name, shown(schema, name)]))
    : map;
}

function within(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(within);
  return isObject(value) ? withoutValues(value) : value;
}

/** The schema with each reference into itself leading to where it stands in a larger document. */
export function rebase(schema: JsonSchema, base: string): JsonSchema {
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [
      keyword,
      keyword === '$ref' && typeof value === 'string' ? value.replace(/^#/, base) : rebased(value, base),
    ]),
  );
}

function rebased(value: unknown, base: string): unknown {
  if (Array.isArray(value)) return value.map((each) => rebased(each, base));
  return isObject(value) ? rebase(value, base) : value;
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
