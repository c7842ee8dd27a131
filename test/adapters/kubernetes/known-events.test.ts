import { expect, it } from '@jest/globals';
import { KnownEvents } from '../../../src/adapters/kubernetes/known-events.ts';

it('forgets the Event that was written least recently when there are too many', () => {
  const known = new KnownEvents();
  const write = (identity: string, count = 1): void => known.set(identity, { name: `event ${identity}`, count });
  for (let index = 0; index < 4096; index += 1) write(`${index}`);

  write('0', 2);
  write('another');

  expect(known.get('0')).toEqual({ name: 'event 0', count: 2 });
  expect(known.get('1')).toBeUndefined();
  expect(known.get('2')).toBeDefined();
  expect(known.get('another')).toBeDefined();
});
