import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { type House, judge, type Rule } from './support/architecture.js';

/** Which room may know which, as docs and design have it. A new room needs a row here, and nothing else. */
const HOUSE: House = {
  '.': { rooms: ['core', 'nest', 'logging'], packages: [] },
  core: { rooms: [], packages: [] },
  // The Nest layer composes, so it knows the logging.
  nest: { rooms: ['core', 'logging'], packages: ['@nestjs/*', 'rxjs'] },
  logging: { rooms: ['core'], packages: ['pino'] },
  // Beside every test runner and dependent on none.
  testing: { rooms: ['core', 'nest'], packages: [] },
  // What it answers is plain data: it imports nothing of terminus.
  health: { rooms: ['core', 'nest'], packages: ['@nestjs/common'] },
  // Its command loads the application that it is told. What a secret's name is, the logging knows.
  catalog: { rooms: ['core', 'nest', 'logging'], packages: [], loads: true },
};

const RULES: Record<Rule, string> = {
  direction: 'every room imports only the rooms and packages that the table allows it',
  door: 'rooms meet only through their index.ts',
  'front door': 'nothing imports src/index.ts',
  circle: 'no file imports itself in the end, not even for a type',
  'export star': 'every door names what it exports',
  name: 'every file and type is named after its subject',
  room: 'every source file lies in a room that the table knows, but for the front door',
  unreadable: 'every import can be read from the source and leads somewhere',
};

describe('The architecture of src', () => {
  const src = fileURLToPath(new URL('../src', import.meta.url));
  const files = readSources(src);
  const violations = judge(files, HOUSE);

  it('is read whole: every room of the table has its door', () => {
    const doors = Object.keys(HOUSE).map((room) => posix.join(room, 'index.ts'));
    expect([...files.keys()]).toEqual(expect.arrayContaining(doors));
  });

  it.each(Object.entries(RULES))('%s: %s', (rule) => {
    expect(violations.filter((violation) => violation.rule === rule)).toEqual([]);
  });
});

describe('The judge of the architecture', () => {
  const house: House = {
    ...HOUSE,
    'transports/nats': { rooms: ['core'], packages: ['@nats-io/transport-node'] },
  };
  const good = {
    'index.ts': `export { EventBus } from './core/index.js';\nexport { EventBusModule } from './nest/index.js';`,
    'core/index.ts': `export { EventBus } from './event-bus.js';\nexport type { Topic } from './topic.js';`,
    'core/event-bus.ts': `import { setTimeout } from 'node:timers/promises';\nimport type { Topic } from './topic.js';`,
    'core/topic.ts': 'export type Topic = string;',
    'logging/index.ts': `import pino from 'pino';\nimport { EventBus } from '../core/index.js';`,
    'nest/index.ts': `export { EventBusModule } from './event-bus.module.js';`,
    'nest/event-bus.module.ts': `import { Module } from '@nestjs/common';\nimport { log } from '../logging/index.js';`,
    'nest/enhancers/guards.ts': `import { map } from 'rxjs/operators';\nimport { EventBus } from '../../core/index.js';`,
    'transports/nats/index.ts': `import { connect } from '@nats-io/transport-node';`,
  };
  const judgeWith = (changes: Record<string, string>) =>
    judge(new Map(Object.entries({ ...good, ...changes })), house).map(
      ({ rule, at, problem }) => `${rule} ${at} ${problem}`,
    );

  it('finds nothing wrong with a house in order', () => {
    expect(judgeWith({})).toEqual([]);
  });

  it.each([
    ['a package', `import { Module } from '@nestjs/common';`, 'core may not import @nestjs/common'],
    ['a package for its types', `import type { Logger } from 'pino';`, 'core may not import pino'],
    ['a package for one type in place', `export let log: import('pino').Logger;`, 'core may not import pino'],
    ['a package by export', `export { of } from 'rxjs';`, 'core may not import rxjs'],
    ['a package by export of a type', `export type { Observable } from 'rxjs';`, 'core may not import rxjs'],
    ['a package lazily', `export const load = () => import('pino');`, 'core may not import pino'],
    ['a package by require', `const pino = require('pino');`, 'core may not import pino'],
    ['a package by import equals', `import pino = require('pino');`, 'core may not import pino'],
    [
      'a package that it augments',
      `declare module '@nestjs/common' { interface X {} }`,
      'core may not import @nestjs/common',
    ],
    ['a package by a reference comment', `/// <reference types="rxjs" />`, 'core may not import rxjs'],
    ['a built-in without its prefix', `import { join } from 'path';`, 'core may not import path'],
    [
      'a built-in that there is none of',
      `import { join } from 'node:paths';`,
      'core may not import node:paths',
    ],
    [
      'the package itself by its name',
      `import { EventBus } from 'nestjs-event-bus';`,
      'core may not import nestjs-event-bus',
    ],
    [
      'another room',
      `import type { connect } from '../transports/nats/index.js';`,
      'core may not import transports/nats',
    ],
  ])('reports a core that imports %s', (_, text, problem) => {
    expect(judgeWith({ 'core/topic.ts': text })).toEqual([`direction core/topic.ts:1 ${problem}`]);
  });

  it('reports a room that goes past the door of another', () => {
    expect(
      judgeWith({ 'nest/enhancers/guards.ts': `\nimport type { Topic } from '../../core/topic.js';` }),
    ).toEqual(['door nest/enhancers/guards.ts:2 core/topic.ts is behind the door of core']);
  });

  it('reports a file that comes in by the door of its own room', () => {
    expect(
      judgeWith({ 'nest/enhancers/guards.ts': `import { EventBusModule } from '../index.js';` }),
    ).toEqual(['door nest/enhancers/guards.ts:1 nest uses its own door from inside']);
  });

  it('reports an import of the front door', () => {
    expect(judgeWith({ 'nest/enhancers/guards.ts': `export { EventBus } from '../../index.js';` })).toEqual([
      'front door nest/enhancers/guards.ts:1 nothing imports the front door',
    ]);
  });

  it('reports a circle of any length once, also one of types', () => {
    expect(
      judgeWith({
        'core/topic.ts': `import type { A } from './a.js';`,
        'core/a.ts': `export type A = typeof import('./b.js');`,
        'core/b.ts': `export type { Topic } from './topic.js';`,
      }),
    ).toEqual(['circle core/topic.ts core/topic.ts → core/a.ts → core/b.ts → core/topic.ts']);
    expect(judgeWith({ 'core/topic.ts': `import './topic.js';` })).toEqual([
      'circle core/topic.ts core/topic.ts → core/topic.ts',
    ]);
  });

  it.each([
    `export * from './topic.js';`,
    `export type * from './topic.js';`,
    `export * as topic from './topic.js';`,
  ])('reports %s', (text) => {
    expect(judgeWith({ 'core/index.ts': text })).toEqual([
      'export star core/index.ts:1 a door names what it exports',
    ]);
  });

  it.each([
    'core/utils.ts',
    'core/helpers/name.ts',
    'nest/interfaces/bus.ts',
    'core/types.ts',
    'core/bus.types.ts',
  ])('reports the name %s', (path) => {
    expect(judgeWith({ [path]: '' })).toEqual([expect.stringMatching(`^name ${path} .* names no subject$`)]);
  });

  it('reports a type with an I prefix', () => {
    expect(
      judgeWith({ 'core/topic.ts': 'export interface ITopic {}\nexport type InputOutput = string;' }),
    ).toEqual(['name core/topic.ts:1 ITopic has an I prefix']);
  });

  it('reports a room without a row, and a file in no room', () => {
    expect(
      judgeWith({ 'dashboard/index.ts': '', 'transports/redis/index.ts': '', 'version.ts': '' }),
    ).toEqual([
      `room dashboard/index.ts dashboard is a room that the table doesn't know`,
      `room transports/redis/index.ts transports is a room that the table doesn't know`,
      'room version.ts only the front door lies outside the rooms',
    ]);
  });

  it('reports what it cannot read', () => {
    expect(
      judgeWith({
        'core/topic.ts': `export const load = (name: string) => import(name);\nimport './gone.js';`,
      }),
    ).toEqual([
      'unreadable core/topic.ts:1 what this imports is computed',
      'unreadable core/topic.ts:2 ./gone.js leads to no source file',
    ]);
  });

  it('lets a room load what it is told where the table says so', () => {
    const load = `export const load = (file: string) => import(file);`;
    expect(judgeWith({ 'catalog/index.ts': load })).toEqual([]);
    expect(judgeWith({ 'nest/index.ts': load })).toEqual([expect.stringMatching(/^unreadable nest/)]);
  });
});

function readSources(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  return new Map(paths.map((path) => [path.split(sep).join('/'), readFileSync(join(folder, path), 'utf8')]));
}
