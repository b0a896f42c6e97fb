import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Manifest {
  name: string;
  exports: Record<string, unknown>;
  bin: Record<string, string>;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional?: boolean }>;
}

export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

/** What a user writes to import each subpath: `nestjs-event-bus`, `nestjs-event-bus/core`. */
export const specifiers = Object.keys(manifest.exports).map(
  (subpath) => `${manifest.name}${subpath.slice(1)}`,
);

/** The package as `npm publish` would send it. */
export class PackedPackage {
  readonly #folder = mkdtempSync(join(tmpdir(), 'nestjs-event-bus-package-'));
  readonly #tarball: string;
  /** Paths in the tarball. */
  readonly files: readonly string[];

  constructor() {
    try {
      this.#tarball = pack();
      this.files = list(this.#tarball);
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  /**
   * A project outside of this repository's tree that has the package from its tarball, and of other packages only those
   * named: the package can't lean on anything that its manifest doesn't ask for.
   */
  installIn(name: string, packages: readonly string[]): Project {
    const project = this.projectWithout(name, packages);
    const target = join(project.folder, 'node_modules', manifest.name);
    mkdirSync(target, { recursive: true });
    execFileSync('tar', ['-xzf', this.#tarball, '-C', target, '--strip-components=1']);
    return project;
  }

  /** Such a project before the package is installed. */
  projectWithout(name: string, packages: readonly string[]): Project {
    const project = new Project(join(this.#folder, name));
    for (const each of packages) {
      const link = join(project.folder, 'node_modules', each);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(root, 'node_modules', each), link, 'junction');
    }
    return project;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Answers the path of the tarball. */
function pack(): string {
  const script = join(root, 'scripts/pack.mjs');
  return execFileSync(process.execPath, [script], { encoding: 'utf8' }).trim();
}

/** The paths of the files in it, sorted. */
function list(tarball: string): string[] {
  const paths = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
  return paths.map((path) => path.replace('package/', '')).sort();
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
