import type { TopicsFor } from 'nestjs-event-bus/core';
import { holds, type Same } from './event-map.js';

// What a pattern matches in a map, as the compiler sees it. test/core/event-map.spec.ts holds it against the bus's own matching.
interface Events {
  a: 0;
  'a:x': 1;
  'a:y': 2;
  'a:x:y': 3;
  'a:x.y': 4;
  'a.x': 5;
  'a:x:y:z': 6;
  'ab:x': 7;
  'b:a:x': 8;
}
type Hears<P extends string, Topics> = Same<TopicsFor<Events, P>, Topics>;

holds<Hears<'a', 'a'>>();
holds<Hears<'a:x', 'a:x'>>();
holds<Hears<'a:z', never>>();
holds<Hears<'c:z', string>>();
holds<Hears<'a:*', 'a:x' | 'a:y'>>();
holds<Hears<'a.*', 'a.x'>>();
holds<Hears<'a:*:y', 'a:x:y'>>();
holds<Hears<'a:*.*', 'a:x.y'>>();
holds<Hears<'a:*:*', 'a:x:y'>>();
holds<Hears<'a:*:*:*', 'a:x:y:z'>>();
holds<Hears<'a:**', 'a' | 'a:x' | 'a:y' | 'a:x:y' | 'a:x.y' | 'a:x:y:z'>>();
holds<Hears<'a.**', 'a' | 'a.x'>>();
holds<Hears<'a:**:y', 'a:y' | 'a:x:y'>>();
holds<Hears<'a:**.y', 'a:x.y'>>();
holds<Hears<'a:**.x', 'a.x'>>();
holds<Hears<'a:**:**', 'a' | 'a:x' | 'a:y' | 'a:x:y' | 'a:x.y' | 'a:x:y:z'>>();
holds<Hears<'**', string>>();
holds<Hears<'*:x', string>>();
holds<Hears<string, string>>();
