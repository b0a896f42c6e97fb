import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import { describe, expect, it } from '@jest/globals';
import { defineEvent } from 'nestjs-event-bus';
import type { StandardSchema } from 'nestjs-event-bus';
import * as v from 'valibot';
import { z } from 'zod';
import { jsonSchemaOf, rebase, withoutSecrets, withoutValues } from '../../src/catalog/json-schema.js';
import { numberSchema } from '../support/standard-schema.js';

const POINT = { type: 'object', properties: { x: { type: 'number' } }, required: ['x'] };

/** A schema whose library answers this. */
function answering(jsonSchema: unknown): StandardSchema {
  return { '~standard': { ...numberSchema['~standard'], jsonSchema } } as StandardSchema;
}

describe('The JSON Schema of an event', () => {
  it.each([
    ['zod', z.object({ x: z.number() })],
    ['valibot, through its toStandardJsonSchema(),', toStandardJsonSchema(v.object({ x: v.number() }))],
    ['arktype', type({ x: 'number' })],
  ])('comes from %s', (_, schema) => {
    const { schema: defined } = defineEvent('point:drawn', { schema });
    expect(jsonSchemaOf(defined!)).toMatchObject(POINT);
    expect(jsonSchemaOf(defined!)).not.toHaveProperty('$schema');
  });

  it('is there for none that gives none', () => {
    expect(jsonSchemaOf(numberSchema)).toBeUndefined();
    expect(jsonSchemaOf(v.object({ x: v.number() }))).toBeUndefined();
  });

  it('is that of what handlers get, else that of what is emitted', () => {
    expect(jsonSchemaOf(z.object({ x: z.number().default(1) }))).toMatchObject({ required: ['x'] });
    expect(jsonSchemaOf(z.string().transform(Number))).toEqual({ type: 'string' });
  });

  it('leaves open what JSON can’t say, such as a date', () => {
    expect(jsonSchemaOf(z.object({ at: z.date(), x: z.number() }))).toMatchObject({
      properties: { at: {}, x: { type: 'number' } },
    });
  });

  it.each([
    [
      'throws',
      {
        output: () => {
          throw new Error('no');
        },
        input: () => {
          throw new Error('no');
        },
      },
    ],
    ['answers no object', { output: () => 'x', input: () => [1] }],
    ['answers what JSON can’t hold', { output: () => ({ x: 1n }), input: () => circular() }],
    ['is no converter', { output: 1 }],
  ])('is not there where the library %s', (_, jsonSchema) => {
    expect(jsonSchemaOf(answering(jsonSchema))).toBeUndefined();
  });

  it('loses every value for a sensitive event, and no property that is named like a keyword', () => {
    const schema = {
      type: 'object',
      properties: {
        default: { type: 'string', default: 's1', examples: ['s2'] },
        enum: { enum: ['s3'] },
        const: { anyOf: [{ const: 's4' }, { type: 'array', items: { type: 'string', example: 's5' } }] },
        properties: { type: 'object', properties: { examples: { type: 'null' } } },
      },
      definitions: { default: { type: 'string', default: 's6' } },
      required: ['default'],
    };
    const shown = withoutValues(schema);
    expect(JSON.stringify(shown)).not.toMatch(/s\d/);
    expect(shown).toEqual({
      type: 'object',
      properties: {
        default: { type: 'string' },
        enum: {},
        const: { anyOf: [{}, { type: 'array', items: { type: 'string' } }] },
        properties: { type: 'object', properties: { examples: { type: 'null' } } },
      },
      definitions: { default: { type: 'string' } },
      required: ['default'],
    });
  });

  it('loses what its author wrote under a secret’s name, and keeps what is harmless', () => {
    const schema = z.object({
      apiKey: z.string().default('s1'),
      method: z.enum(['password', 'oauth']).default('oauth'),
      database: z.string().default('postgres://ann:s2@host/db'),
      login: z.object({ name: z.string(), secret: z.string() }).default({ name: 'ann', secret: 's3' }),
      list: z.array(z.object({ 'x-auth-token': z.literal('s4') })),
      credentials: z.object({ user: z.string().default('s5') }),
    });
    const shown = withoutSecrets(jsonSchemaOf(defineEvent('user:added', { schema }).schema!)!);
    expect(JSON.stringify(shown)).not.toMatch(/s\d/);
    expect(shown).toMatchObject({
      properties: {
        apiKey: { type: 'string' },
        method: { default: 'oauth', enum: ['password', 'oauth'] },
        database: { default: 'postgres://[Redacted]@host/db' },
        login: { default: { name: 'ann', secret: '[Redacted]' }, properties: { secret: { type: 'string' } } },
        credentials: { properties: { user: { type: 'string' } } },
      },
    });
  });

  it('has its references lead to where it stands in a document, and no others', () => {
    expect(
      rebase({ $ref: '#', items: [{ $ref: '#/definitions/A' }, { $ref: 'https://x.org/#a' }] }, '#/at'),
    ).toEqual({ $ref: '#/at', items: [{ $ref: '#/at/definitions/A' }, { $ref: 'https://x.org/#a' }] });
  });
});

function circular(): object {
  const self: { self?: unknown } = {};
  self.self = self;
  return self;
}
