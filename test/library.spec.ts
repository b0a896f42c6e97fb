import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import ts from 'typescript';
import { manifest, PackedPackage, type Project } from './support/packed-package.js';

const SOURCE = join(import.meta.dirname, 'library');
const NEST = [...Object.keys(manifest.peerDependencies), '@types/node'];
const ALL = [...NEST, ...Object.keys(manifest.dependencies)];
const COMPILER: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts'],
  types: ['node'],
  strict: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  isolatedModules: true,
  skipLibCheck: true,
};
const LIKE_NODE: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
};
const COMMONJS: ts.CompilerOptions = {
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
};

jest.setTimeout(120_000);

describe('A library that knows the bus by its types alone', () => {
  let packed: PackedPackage;
  let withBus: Project;
  let withoutBus: Project;

  beforeAll(() => {
    packed = new PackedPackage();
    const library = buildLibrary(packed.installIn('library', ALL));
    withBus = install(library, packed.installIn('with', ALL));
    withoutBus = install(library, packed.projectWithout('without', NEST));
  });

  afterAll(() => packed?.remove()); // there is none where packing failed

  it.each(['app.mjs', 'app.cjs'])('emits and hears in an app with the bus, as itself: %s', (file) => {
    const told = withBus.run(
      file,
      app(
        file,
        `const { EventBus, EventBusModule } = await load('nestjs-event-bus');`,
        `imports: [EventBusModule.forRoot({ logging: false }), ParcelsModule]`,
        `const bus = nest.get(EventBus);
         const seen = [];
         bus.on('parcel:*', (data, { topic, source }) => void seen.push([topic, source, data?.order ?? 'none']));
         const { failures } = await bus.emitAsync('order:paid', { id: 'A-1' });
         nest.get(ParcelService).pack('');
         await nest.close();
         console.log(JSON.stringify({ seen, failures, packed: nest.get(ParcelService).packed }));`,
      ),
    );
    expect(told).toEqual({
      seen: [
        ['parcel:packed', 'ParcelsModule/ParcelService', 'A-1'],
        ['parcel:lost', 'ParcelsModule/ParcelService', 'none'],
        ['parcel:packed', 'ParcelsModule/ParcelService', ''],
      ],
      failures: [],
      packed: [{ order: 'A-1' }, { order: '' }],
    });
  });

  it.each(['app.mjs', 'app.cjs'])('works in an app without the bus: %s', (file) => {
    const told = withoutBus.run(
      file,
      app(
        file,
        `const missing = await load('nestjs-event-bus').catch(({ code }) => code);`,
        `imports: [ParcelsModule]`,
        `nest.get(ParcelService).pack('A-1');
         await nest.close();
         console.log(JSON.stringify({ missing, packed: nest.get(ParcelService).packed }));`,
      ),
    );
    expect(told).toEqual({
      missing: file.endsWith('.mjs') ? 'ERR_MODULE_NOT_FOUND' : 'MODULE_NOT_FOUND',
      packed: [{ order: 'A-1' }],
    });
  });

  it('brings its events to the EventMap of an app with the bus', () => {
    const problems = compile(
      withBus,
      `import type { EventBus } from 'nestjs-event-bus';
       import { ParcelsModule } from 'nestjs-parcels';
       export function use(bus: EventBus) {
         bus.emit('parcel:packed', { order: 'A-1' });
         // @ts-expect-error -- the order is text
         bus.emit('parcel:packed', { order: 1 });
         return ParcelsModule;
       }`,
      { skipLibCheck: false },
    );
    expect(problems.filter((problem) => !problem.includes('/node_modules/@'))).toEqual([]);
  });

  it('compiles in an app without the bus that skips the check of libraries', () => {
    const text = `
      import { ParcelService, ParcelsModule, type ParcelEvents } from 'nestjs-parcels';
      export const modules = [ParcelsModule];
      export const pack = (service: ParcelService): ParcelEvents['parcel:packed'] => service.pack('A-1');
      // @ts-expect-error -- the order is text
      export const mistaken = (service: ParcelService) => service.pack(1);`;
    expect(compile(withoutBus, text)).toEqual([]);
    expect(compile(withoutBus, text, { skipLibCheck: false })).toEqual(
      expect.arrayContaining([expect.stringMatching(/parcel\.service\.d\.ts: .*'nestjs-event-bus'/)]),
    );
  });
});

/** Builds the library where the package is installed, in both formats, and answers the folder with the result. */
function buildLibrary({ folder }: Project): string {
  cpSync(SOURCE, folder, { recursive: true });
  for (const [format, options] of Object.entries({ esm: LIKE_NODE, cjs: COMMONJS })) {
    const program = ts.createProgram([join(folder, 'src/index.ts')], {
      ...COMPILER,
      ...options,
      typeRoots: [join(folder, 'node_modules/@types')],
      rootDir: join(folder, 'src'),
      outDir: join(folder, 'dist', format),
      declaration: true,
    });
    const problems = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
    if (problems.length > 0) throw new Error(problems.map(inOneLine).join('\n'));
  }
  ts.sys.writeFile(join(folder, 'dist/cjs/package.json'), '{ "type": "commonjs" }');
  return folder;
}

function install(library: string, project: Project): Project {
  for (const part of ['package.json', 'dist']) {
    cpSync(join(library, part), join(project.folder, 'node_modules/nestjs-parcels', part), {
      recursive: true,
    });
  }
  return project;
}

/** A Nest app with the library, as an ES module or as CommonJS by the name of its file. */
function app(file: string, imports: string, metadata: string, use: string): string {
  const load = file.endsWith('.mjs') ? 'import(name)' : 'require(name)';
  return `
    const load = async (name) => ${load};
    async function main() {
      await load('reflect-metadata');
      const { Module } = await load('@nestjs/common');
      const { NestFactory } = await load('@nestjs/core');
      const { ParcelService, ParcelsModule } = await load('nestjs-parcels');
      ${imports}
      class AppModule {}
      Module({ ${metadata} })(AppModule);
      const nest = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
      ${use}
    }
    main();`;
}

function compile(project: Project, text: string, options: ts.CompilerOptions = {}): string[] {
  const program = ts.createProgram([project.write('consumer.mts', text)], {
    ...COMPILER,
    ...LIKE_NODE,
    typeRoots: [join(project.folder, 'node_modules/@types')],
    noEmit: true,
    ...options,
  });
  return ts.getPreEmitDiagnostics(program).map(inOneLine);
}

function inOneLine({ file, messageText }: ts.Diagnostic): string {
  return `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}
