import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';
import { importsOf } from './source-imports.js';

/** What the files of one room may import beside their own room and Node's built-ins. */
interface Room {
  /** Rooms whose door it may use. */
  rooms: readonly string[];
  /** Packages, by name; `@nestjs/*` stands for all of that scope. */
  packages: readonly string[];
  /** Whether it may import what is known only when it runs. */
  loads?: boolean;
}

/** Rooms by their folder in src (`core`, `transports/nats`); `.` is src itself, which holds the front door only. */
export type House = Readonly<Record<string, Room>>;

export type Rule =
  'direction' | 'door' | 'front door' | 'circle' | 'export star' | 'name' | 'room' | 'unreadable';

export interface Violation {
  rule: Rule;
  /** `core/event.ts:12`, from src. */
  at: string;
  problem: string;
}

const FORBIDDEN_NAMES = /^(utils?|helpers?|interfaces?|types?)$/;
const DOOR = 'index.ts';

/**
 * Judges source files (path from src with `/` → text) by the rules of the house. Types count as much as values: a
 * type that comes from another room ties the rooms together just the same.
 */
export function judge(files: ReadonlyMap<string, string>, house: House): Violation[] {
  const violations: Violation[] = [];
  const graph = new Map<string, string[]>();
  for (const [path, text] of files) {
    const report = (rule: Rule, problem: string, line?: number) =>
      violations.push({ rule, at: line === undefined ? path : `${path}:${line}`, problem });
    judgeNames(path, text, report);

    const room = roomOf(path, house);
    const allowed = house[room];
    if (!allowed) report('room', `${room} is a room that the table doesn't know`);
    else if (room === '.' && path !== DOOR) report('room', 'only the front door lies outside the rooms');

    const targets: string[] = [];
    for (const { specifier, line, star } of importsOf(path, text)) {
      if (star) report('export star', 'a door names what it exports', line);
      if (specifier === undefined) {
        if (allowed?.loads !== true) report('unreadable', 'what this imports is computed', line);
      } else if (specifier.startsWith('.')) {
        const target = posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts');
        targets.push(target);
        if (!files.has(target)) report('unreadable', `${specifier} leads to no source file`, line);
        judgeTarget(target, line);
      } else if (allowed && !mayImport(specifier, allowed))
        report('direction', `${room} may not import ${specifier}`, line);
    }
    graph.set(path, targets);

    function judgeTarget(target: string, line: number): void {
      const other = roomOf(target, house);
      if (target === DOOR) report('front door', 'nothing imports the front door', line);
      else if (other === room) {
        if (posix.basename(target) === DOOR && posix.dirname(target) === room) {
          report('door', `${room} uses its own door from inside`, line);
        }
      } else {
        if (target !== posix.join(other, DOOR))
          report('door', `${target} is behind the door of ${other}`, line);
        if (allowed && !allowed.rooms.includes(other))
          report('direction', `${room} may not import ${other}`, line);
      }
    }
  }
  for (const circle of circles(graph)) {
    violations.push({ rule: 'circle', at: circle[0]!, problem: [...circle, circle[0]].join(' → ') });
  }
  return violations;
}

/** The room of the table that holds the file, else the file's top folder. */
function roomOf(path: string, house: House): string {
  const known = Object.keys(house).filter((room) => path.startsWith(`${room}/`));
  const deepest = known.reduce((a, b) => (b.length > a.length ? b : a), '');
  return deepest || (path.includes('/') ? path.slice(0, path.indexOf('/')) : '.');
}

function mayImport(specifier: string, allowed: Room): boolean {
  // Without the prefix a built-in can be shadowed by a package of the same name.
  if (specifier.startsWith('node:')) return isBuiltin(specifier);
  return allowed.packages.some((name) =>
    name.endsWith('/*')
      ? specifier.startsWith(name.slice(0, -1))
      : specifier === name || specifier.startsWith(`${name}/`),
  );
}

function judgeNames(
  path: string,
  text: string,
  report: (rule: Rule, problem: string, line?: number) => void,
): void {
  // `x.types.ts` hides in a suffix what `types.ts` says openly.
  const named = path
    .replace(/\.ts$/, '')
    .split(/[/.]/)
    .find((part) => FORBIDDEN_NAMES.test(part));
  if (named) report('name', `“${named}” names no subject`);

  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  for (const statement of file.statements) {
    if (!ts.isInterfaceDeclaration(statement) && !ts.isTypeAliasDeclaration(statement)) continue;
    const { line } = file.getLineAndCharacterOfPosition(statement.name.getStart(file));
    if (/^I[A-Z][a-z]/.test(statement.name.text))
      report('name', `${statement.name.text} has an I prefix`, line + 1);
  }
}

/** One shortest circle for each group of files that import each other in the end. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const told = new Set<string>();
  for (const start of graph.keys()) {
    const ways = waysFrom(start, graph);
    const circle = ways.get(start);
    if (told.has(start) || !circle) continue;
    found.push(circle);
    for (const path of ways.keys()) if (waysFrom(path, graph).has(start)) told.add(path);
  }
  return found;
}

/** The shortest way along imports to every file that can be reached, itself included if it can; by a search in breadth. */
function waysFrom(start: string, graph: ReadonlyMap<string, readonly string[]>): Map<string, string[]> {
  const ways = new Map<string, string[]>();
  const open: string[][] = [[start]];
  for (const way of open) {
    for (const next of graph.get(way.at(-1)!) ?? []) {
      if (ways.has(next)) continue;
      ways.set(next, way);
      open.push([...way, next]);
    }
  }
  return ways;
}
