import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HistoryMap } from '../../src/cloudflare/state/history-map.ts';

interface Item {
  readonly id: string;
  readonly value: number;
}

type Step =
  | { readonly kind: 'put'; readonly id: string; readonly value: number }
  | { readonly kind: 'remove'; readonly id: string };

const anyId = fc.constantFrom('a', 'b', 'c');
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), id: anyId, value: fc.nat(9) }),
  fc.record({ kind: fc.constant('remove' as const), id: anyId }),
);
const run = (map: HistoryMap<Item>, steps: readonly Step[]) => {
  for (const step of steps) {
    if (step.kind === 'put') map.put({ id: step.id, value: step.value });
    else map.remove(step.id);
  }
};
const sorted = (items: readonly Item[]) => items.toSorted((left, right) => left.id.localeCompare(right.id));

it('undoes a transaction that throws, also for its listener', () => {
  fc.assert(
    fc.property(fc.array(anyStep), fc.array(anyStep), (before, undone) => {
      const followed = new Map<string, Item>();
      const map = new HistoryMap<Item>(Date.now, (old, next) => {
        if (old !== undefined) followed.delete(old.id);
        if (next !== undefined) followed.set(next.id, next);
      });
      run(map, before);
      const expected = sorted(map.values());

      const work = () => {
        run(map, undone);
        throw new Error('no');
      };
      expect(() => map.transaction(work)).toThrow('no');

      expect(sorted(map.values())).toEqual(expected);
      expect(sorted([...followed.values()])).toEqual(expected);
    }),
  );
});

it('returns the values at any earlier time', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 20 }), (steps) => {
      let now = 0;
      const map = new HistoryMap<Item>(() => now);
      const seen = steps.map((step) => {
        now += 1;
        run(map, [step]);
        return sorted(map.values());
      });

      expect(seen.map((_, index) => sorted(map.asOf(index + 1)))).toEqual(seen);
      expect(map.asOf(0)).toEqual([]);
    }),
  );
});
