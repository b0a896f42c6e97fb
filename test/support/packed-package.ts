import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Manifest {
  name: string;
  exports: Record<string, unknown>;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
}

export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

/** What a user writes to import each subpath: `nestjs-event-bus`, `nestjs-event-bus/core`. */
export const specifiers = Object.keys(manifest.exports).map(
  (subpath) => `${manifest.name}${subpath.slice(1)}`,
);

/** The package as `npm publish` would send it, built afresh. */
export class PackedPackage {
  readonly #folder = mkdtempSync(join(tmpdir(), 'nestjs-event-bus-package-'));
  readonly #tarball: string;
  /** Paths in the tarball. */
  readonly files: readonly string[];

  constructor() {
    try {
      const { filename, files } = pack(this.#folder);
      this.#tarball = join(this.#folder, filename);
      this.files = files.map(({ path }) => path).sort();
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  /**
   * A project outside of this repository's tree that has the package from its tarball, and of other packages only those
   * named: the package can't lean on anything that its manifest doesn't ask for.
   */
  installIn(project: string, packages: readonly string[]): Project {
    const folder = join(this.#folder, project);
    const modules = join(folder, 'node_modules');
    const target = join(modules, manifest.name);
    mkdirSync(target, { recursive: true });
    execFileSync('tar', ['-xzf', this.#tarball, '-C', target, '--strip-components=1']);
    for (const name of packages) {
      const link = join(modules, name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), link, 'junction');
    }
    return new Project(folder);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

interface Packed {
  filename: string;
  files: { path: string }[];
}

function pack(destination: string): Packed {
  const output = execFileSync(
    'npm',
    ['pack', '--json', '--loglevel=error', '--pack-destination', destination],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  // What the build prints comes before the JSON.
  const [packed] = JSON.parse(output.slice(output.search(/^\[/m))) as [Packed];
  return packed;
}

/** A folder with its own node_modules, and programs to run in it. */
export class Project {
  constructor(readonly folder: string) {
    this.write('package.json', '{ "private": true }');
  }

  write(path: string, text: string): string {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  /**
   * Runs a program of its own Node process, ES module or CommonJS by the file's name, and returns what it printed as
   * JSON.
   */
  run(path: string, program: string, flags: readonly string[] = []): unknown {
    const output = execFileSync(process.execPath, [...flags, this.write(path, program)], {
      cwd: this.folder,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    return JSON.parse(output);
  }
}
