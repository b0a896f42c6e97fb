import type { StandardSchema } from 'nestjs-event-bus/core';

type Validate<Input, Output> = StandardSchema<Input, Output>['~standard']['validate'];

/** A Standard Schema written by hand. */
export function schemaOf<Output, Input = unknown>(
  validate: (value: unknown) => unknown,
): StandardSchema<Input, Output> {
  return {
    '~standard': { version: 1, vendor: 'test', validate: validate as Validate<Input, Output> },
  };
}

/** Accepts numbers. */
export const numberSchema = schemaOf<number, number>((value) =>
  typeof value === 'number' ? { value } : { issues: [{ message: 'expected a number' }] },
);
