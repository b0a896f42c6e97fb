import { contender as plain } from './nestjs-event-emitter.mjs';

export const contender = {
  name: 'nestjs-event-emitter-wildcard',
  title: '@nestjs/event-emitter, wildcards on',
  create: () => plain.create({ wildcard: true, delimiter: ':' }),
};
