import { describe, expect, it } from '@jest/globals';
import type { Linked } from '../../../src/core/queue/linked-list.js';
import { LinkedList } from '../../../src/core/queue/linked-list.js';

interface Item extends Linked<Item> {
  readonly name: string;
}
const itemOf = (name: string): Item => ({ name, previous: undefined, next: undefined });

function namesIn(list: LinkedList<Item>): string {
  let names = '';
  for (let item = list.first; item !== undefined; item = item.next) names += item.name;
  return names;
}

describe('A linked list', () => {
  it.each([
    ['abc', 'b', 'ac'],
    ['abc', 'a', 'bc'],
    ['abc', 'c', 'ab'],
    ['abc', 'abc', ''],
    ['abc', 'cba', ''],
    ['a', 'a', ''],
  ])('of %s without %s is %s, and goes on from there', (all, removed, left) => {
    const list = new LinkedList<Item>();
    const items = new Map([...all].map((name) => [name, itemOf(name)]));
    for (const item of items.values()) list.append(item);
    for (const name of removed) list.remove(items.get(name)!);
    expect([namesIn(list), list.size]).toEqual([left, left.length]);
    list.append(items.get(removed[0]!)!);
    list.append(itemOf('z'));
    expect([namesIn(list), list.size]).toEqual([`${left}${removed[0]}z`, left.length + 2]);
  });
});
