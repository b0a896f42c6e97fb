import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import ts from 'typescript';
import { manifest, PackedPackage, type Project, specifiers } from './support/packed-package.js';

const { name } = manifest;
const dependencies = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)];
const optional = Object.keys(manifest.peerDependenciesMeta);
/** What everybody who installs the package has. */
const required = dependencies.filter((each) => !optional.includes(each));

/** What each subpath is there for. */
const MAIN_EXPORTS: Readonly<Record<string, string>> = {
  '': 'EventBus',
  '/core': 'EventBus',
  '/catalog': 'catalogue',
  '/health': 'EventBusHealthIndicator',
  '/testing': 'recordEvents',
};

jest.setTimeout(120_000);

describe('The published package', () => {
  let packed: PackedPackage;
  let app: Project;
  /** What each subpath exports when it runs, sorted. */
  const exportsOf = new Map<string, string[]>();

  beforeAll(() => {
    packed = new PackedPackage();
    app = packed.installIn('app', [...required, '@types/node']);
    for (const specifier of specifiers) {
      exportsOf.set(
        specifier,
        app.run(
          'exports.mjs',
          `import * as all from '${specifier}'; console.log(JSON.stringify(Object.keys(all)));`,
        ) as string[],
      );
    }
  });

  afterAll(() => packed?.remove()); // there is none where packing failed

  it('holds the builds, the manifest and the three pages, and nothing else', () => {
    const pages = ['CHANGELOG.md', 'LICENSE', 'README.md', 'dist/cjs/package.json', 'package.json'];
    const isBuilt = (path: string) => /^dist\/(esm|cjs)\/.+(?<!\.spec)\.(js|d\.ts)$/.test(path);
    expect(packed.files.filter((path) => !isBuilt(path))).toEqual(pages);
  });

  it('holds both builds of the same sources', () => {
    const built = (format: string) =>
      packed.files
        .filter((path) => path.startsWith(`dist/${format}/`) && !path.endsWith('.json'))
        .map((path) => path.slice(9));
    expect(built('cjs')).toEqual(built('esm'));
    expect(built('esm')).not.toEqual([]);
  });

  describe.each(specifiers)('by %s', (specifier) => {
    it('gives an ES module its exports', () => {
      expect(exportsOf.get(specifier)).toContain(MAIN_EXPORTS[specifier.slice(name.length)]);
    });

    it('gives CommonJS the same exports', () => {
      const program = `console.log(JSON.stringify(Object.keys(require('${specifier}'))));`;
      expect((app.run('exports.cjs', program) as string[]).sort()).toEqual(exportsOf.get(specifier));
    });

    it('is one copy in one process, however it is loaded', () => {
      const program = `
        import { createRequire } from 'node:module';
        import * as imported from '${specifier}';
        const required = createRequire(import.meta.url)('${specifier}');
        console.log(JSON.stringify(Object.keys(imported).filter((key) => imported[key] !== required[key])));`;
      expect(app.run('same.mjs', program)).toEqual([]);
    });

    it('has a CommonJS build of the same exports, for those whose loader takes no ES modules', () => {
      const file = `./node_modules/${name}/dist/cjs${specifier.slice(name.length)}/index.js`;
      const program = `
        const all = require('${file}');
        console.log(JSON.stringify({ file: require.resolve('${specifier}'), keys: Object.keys(all) }));`;
      // Node itself takes the CommonJS build where it can't require ES modules; Nest 12 then can't be loaded at all.
      const { keys } = app.run('build.cjs', program) as { keys: string[] };
      const resolved = app.run(
        'resolve.cjs',
        `console.log(JSON.stringify(require.resolve('${specifier}')));`,
        ['--no-experimental-require-module'],
      );
      expect(keys.sort()).toEqual(exportsOf.get(specifier));
      expect(resolved).toBe(join(app.folder, file));
    });
  });

  it('does without its optional peers, whatever of it is imported: this app has none of them', () => {
    expect(optional).not.toEqual([]);
    expect(optional.filter((each) => existsSync(join(app.folder, 'node_modules', each)))).toEqual([]);
    expect([...exportsOf.keys()]).toEqual(specifiers);
  });

  it('has the same bus behind every subpath', () => {
    // The testing kit, the catalogue and the indicator export no bus, and take none but their own copy's.
    const program = `
      import { Module } from '@nestjs/common';
      import { NestFactory } from '@nestjs/core';
      import { EventBus, EventBusModule, RootEventBus } from '${name}';
      import { EventBusHealthIndicator } from '${name}/health';
      class AppModule {}
      Module({ imports: [EventBusModule.forRoot()], providers: [EventBusHealthIndicator] })(AppModule);
      const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
      const isSame = ({ EventBus: bus, recordEvents, catalogue, EventBusHealthIndicator: Health }) => {
        if (Health !== undefined) return app.get(Health).isHealthy('bus').bus.status === 'up';
        if (catalogue !== undefined) return catalogue(app).source === 'app';
        if (recordEvents !== undefined) return recordEvents(new RootEventBus()).bus instanceof EventBus;
        return bus === EventBus;
      };
      const rooms = await Promise.all(${JSON.stringify(specifiers)}.map((path) => import(path)));
      console.log(JSON.stringify(rooms.map(isSame)));`;
    expect(app.run('buses.mjs', program)).toEqual(specifiers.map(() => true));
  });

  describe('its command', () => {
    const bin = `node_modules/${name}/${manifest.bin[name]!}`;
    const catalog = (...args: string[]) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'catalog', ...args], {
        cwd: app.folder,
        encoding: 'utf8',
        env: { ...process.env, NODE_OPTIONS: '' },
      });
      return { status, stdout, stderr };
    };
    const source = `
      class Mail { send() {} }
      Injectable()(Mail);
      OnEvent('mail:asked')(Mail.prototype, 'send', Object.getOwnPropertyDescriptor(Mail.prototype, 'send'));
      class AppModule {}
      Module({ imports: [EventBusModule.forRoot({ logging: false })], providers: [Mail] })(AppModule);
      setInterval(() => {}, 1_000); // something that goes on, such as a pool of connections`;
    const commonjs = `
      Object.defineProperty(exports, '__esModule', { value: true });
      const { Injectable, Module } = require('@nestjs/common');
      const { EventBusModule, OnEvent } = require('${name}');
      ${source}`;

    beforeAll(() => {
      app.write(
        'app/module.mjs',
        `import { Injectable, Module } from '@nestjs/common';
         import { EventBusModule, OnEvent } from '${name}';
         ${source}
         export { AppModule, AppModule as default };`,
      );
      app.write('app/named.cjs', `${commonjs}\nexports.AppModule = AppModule;`);
      app.write('app/default.cjs', `${commonjs}\nexports.default = AppModule;`);
      app.write('app/whole.cjs', `${commonjs}\nmodule.exports = AppModule;`);
      app.write('app/computed.cjs', `${commonjs}\nexports['App' + 'Module'] = AppModule;`);
    });

    it('is what package managers put where programs are', () => {
      expect(packed.files).toContain(manifest.bin[name]!.replace('./', ''));
      expect(readFileSync(join(app.folder, bin), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    });

    it.each([
      'module.mjs',
      'module.mjs#AppModule',
      'named.cjs',
      'named.cjs#AppModule',
      'default.cjs',
      'default.cjs#default',
      'whole.cjs',
      'computed.cjs#AppModule',
    ])('reads an app of its users, of ES modules or CommonJS: %s', (target) => {
      const { status, stdout, stderr } = catalog(`app/${target}`);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toContain('- heard by AppModule/Mail.send');
    });

    it('writes, compares and ends with the code that says what came of it', () => {
      const args = ['app/module.mjs', '--out', 'docs/events.md'];
      expect(catalog(...args)).toMatchObject({ status: 0, stderr: '' });
      expect(catalog(...args, '--check')).toMatchObject({ status: 0, stderr: '' });
      expect(catalog(...args, '--check', '--start').status).toBe(1);
      expect(catalog('app/gone.mjs')).toMatchObject({ status: 2, stdout: '' });
      expect(catalog('--nonsense').status).toBe(2);
    });
  });

  describe('its core', () => {
    // In place of each dependency and peer stands a module that notes that it was loaded, should anything load it.
    const program = (load: string) => `
      globalThis.loaded = [];
      ${load}
      console.log(JSON.stringify(globalThis.loaded));`;
    let bare: Project;

    beforeAll(() => {
      bare = packed.installIn('bare', []);
      for (const dependency of dependencies) {
        bare.write(`node_modules/${dependency}/index.js`, `globalThis.loaded.push('${dependency}');`);
      }
    });

    it('loads no dependency and no peer, as ES module or as CommonJS', () => {
      expect(bare.run('core.mjs', program(`await import('${name}/core');`))).toEqual([]);
      expect(bare.run('core.cjs', program(`require('${name}/core');`))).toEqual([]);
      expect(
        bare.run('core-build.cjs', program(`require('./node_modules/${name}/dist/cjs/core/index.js');`)),
      ).toEqual([]);
    });

    it('would be seen to load them', () => {
      const loadAll = dependencies.map((dependency) => `require('${dependency}');`).join('\n');
      expect(bare.run('all.cjs', program(loadAll))).toEqual(dependencies);
    });
  });

  describe('for TypeScript', () => {
    const { CommonJS, ESNext, NodeNext } = ts.ModuleKind;
    const { Bundler, Node10, NodeNext: LikeNode } = ts.ModuleResolutionKind;

    it.each([
      ['an ES module in Node', 'consumer.mts', { module: NodeNext, moduleResolution: LikeNode }],
      ['CommonJS in Node', 'consumer.cts', { module: NodeNext, moduleResolution: LikeNode }],
      ['a bundler', 'consumer.ts', { module: ESNext, moduleResolution: Bundler }],
      [
        'the classic resolution of Nest 11 apps',
        'consumer.ts',
        { module: CommonJS, moduleResolution: Node10 },
      ],
    ])('declares every export of every subpath, and an EventMap that apps add to: %s', (_, path, options) => {
      const problems = compile(path, { ...options, ignoreDeprecations: '6.0' });
      expect(problems).toEqual([]);
    });

    it('would be seen to declare an export too few', () => {
      exportsOf.set('nestjs-event-bus/core', [...exportsOf.get('nestjs-event-bus/core')!, 'Missing']);
      expect(compile('consumer.mts', { module: NodeNext, moduleResolution: LikeNode })).toEqual([
        expect.stringMatching(/consumer\.mts: Property 'Missing' does not exist/),
      ]);
      exportsOf.get('nestjs-event-bus/core')!.pop();
    });

    /** What the compiler says about a file that uses the package, and about the package's own declarations. */
    function compile(path: string, options: ts.CompilerOptions): string[] {
      const file = app.write(path, consumer());
      const program = ts.createProgram([file], {
        ...options,
        target: ts.ScriptTarget.ES2022,
        lib: ['lib.es2023.d.ts'],
        types: ['node'],
        typeRoots: [join(app.folder, 'node_modules/@types')],
        strict: true,
        noEmit: true,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
      });
      // Other packages' declarations aren't this one's affair.
      const isOurs = ({ fileName }: ts.SourceFile) =>
        fileName === file || fileName.includes(`/node_modules/${name}/`);
      return program
        .getSourceFiles()
        .filter(isOurs)
        .flatMap((source) => [
          ...program.getSyntacticDiagnostics(source),
          ...program.getSemanticDiagnostics(source),
        ])
        .concat(program.getOptionsDiagnostics())
        .map(
          ({ file: at, messageText }) =>
            `${at?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
        );
    }

    function consumer(): string {
      const uses = specifiers.map(
        (specifier, index) => `import * as all${index} from '${specifier}';
          export const used${index} = [${exportsOf
            .get(specifier)!
            .map((key) => `all${index}.${key}`)
            .join(', ')}];`,
      );
      return `${uses.join('\n')}
        import { Injectable, Module } from '@nestjs/common';
        import { BusEvent, EventBus, EventBusModule, OnEvent } from '${name}';
        import { EventBus as CoreBus } from '${name}/core';

        declare module '${name}' {
          interface EventMap {
            'package:packed': { files: number };
          }
        }

        @Injectable()
        export class Packer {
          constructor(private readonly bus: EventBus) {}

          pack(core: CoreBus): CoreBus[] {
            this.bus.emit('package:packed', { files: 1 });
            // @ts-expect-error -- the map knows this topic, and that its data is an object
            this.bus.emit('package:packed', 'one');
            // @ts-expect-error -- core speaks of the same events
            core.emit('package:packed', 'one');
            return [core, this.bus];
          }

          @OnEvent('package:packed')
          onPacked(data: { files: number }, event: BusEvent<{ files: number }>): number {
            return data.files + event.data.files;
          }
        }

        @Module({ imports: [EventBusModule.forRoot()], providers: [Packer] })
        export class PackerModule {}
      `;
    }
  });
});
