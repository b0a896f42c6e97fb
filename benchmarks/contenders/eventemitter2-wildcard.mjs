import { contender as plain } from './eventemitter2.mjs';

export const contender = {
  name: 'eventemitter2-wildcard',
  title: 'eventemitter2, wildcards on',
  create: () => plain.create({ wildcard: true, delimiter: ':' }),
};
