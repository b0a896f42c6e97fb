import { InvalidArgumentError } from '../errors.js';
import { Scope } from './scope.js';
import type { Seat } from '../seat.js';
import { quote } from '../event/topic.js';

const SCOPE_NAME = /^[A-Za-z0-9_-]{1,256}$/;

/** The bus of a child scope: the same object for the same owner, for as long as the scope is open. */
export function childScope<Bus extends object>(
  seat: Seat,
  name: string,
  create: (seat: Omit<Seat, 'bus' | 'isRoot'>, lasting?: Bus) => Bus,
): Bus {
  if (typeof name !== 'string' || !SCOPE_NAME.test(name)) {
    throw new InvalidArgumentError(
      'name',
      name,
      `${quote(name)} is not the name of a scope: expected 1 to 256 of A-Z, a-z, 0-9, "_" and "-", such as "tenant-42".`,
    );
  }
  const scope = openChild(seat, name);
  let bus = scope.views.get(seat.owner) as Bus | undefined;
  if (bus === undefined) scope.views.set(seat.owner, (bus = create({ ...seat, scope, hold: undefined })));
  // A hold's bus is good for its work only, so it is not kept.
  return seat.hold === undefined ? bus : create({ ...seat, scope }, bus);
}

export function closeScope({ scope, engine }: Seat, name: string | undefined): boolean {
  const closing = name === undefined ? scope : scope.children.get(name);
  // The root scope ends with the bus.
  return closing !== undefined && closing !== engine.root && closing.close();
}

function openChild({ engine, scope }: Seat, name: string): Scope {
  const known = scope.children.get(name);
  if (known !== undefined) return known;
  const child = engine.createScope(scope, name);
  // A child of a closed scope is born closed, and kept by nobody.
  if (scope.closed) child.close();
  else scope.children.set(name, child);
  return child;
}
