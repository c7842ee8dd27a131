import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type BatchAnswer,
  type Delivery,
  type DeliveryOptions,
  MOST_PARTS,
  afterBatch,
  endDelivery,
  nextBatch,
  startDelivery,
} from '../../../src/core/dns/delivery.ts';
import type { DnsChange } from '../../../src/core/dns/plan.ts';
import { aWantedRecord } from '../../support/dns.ts';

const PATIENT: DeliveryOptions = { batchLimit: 200, isolatesClashes: true };
const REFUSED = { kind: 'refused', message: 'DNS name is invalid (code 9000)' } as const;
const CLASH = { kind: 'clash', message: 'An A record exists (code 81053)' } as const;
const FULL = { kind: 'full', message: 'Record quota exceeded (code 81045)' } as const;

const create = (name: string): DnsChange => ({ kind: 'create', name, record: aWantedRecord(name, 'mark') });
const update = (name: string): DnsChange => ({
  kind: 'update',
  id: `id ${name}`,
  name,
  record: aWantedRecord(name, 'mark'),
});
const remove = (name: string): DnsChange => ({ kind: 'delete', id: `id ${name}`, name });
const named = (count: number, prefix = 'app'): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

interface Run extends Delivery {
  /** The names of each batch that was sent. */
  readonly batches: readonly (readonly string[])[];
}

/** Sends a delivery to a zone with scripted answers. */
function run(
  changes: readonly DnsChange[],
  answer: (batch: readonly DnsChange[]) => BatchAnswer,
  options: DeliveryOptions = PATIENT,
): Run {
  const batches: (readonly string[])[] = [];
  let delivery = startDelivery(changes, options);
  for (let batch = nextBatch(delivery); batch !== undefined; batch = nextBatch(delivery)) {
    batches.push(batch.changes.map(({ name }) => name));
    delivery = afterBatch(delivery, answer(batch.changes));
  }
  return { ...delivery, batches };
}

/** A zone that refuses every batch with one of the names. */
function refusing(...bad: readonly string[]): (batch: readonly DnsChange[]) => BatchAnswer {
  return (batch) => (batch.some(({ name }) => bad.includes(name)) ? REFUSED : 'written');
}

function clashing(batch: readonly DnsChange[]): BatchAnswer {
  return batch.some(({ name }) => name === 'bad') ? CLASH : 'written';
}

function full(batch: readonly DnsChange[]): BatchAnswer {
  const count = (kind: DnsChange['kind']): number => batch.filter((change) => change.kind === kind).length;
  return count('create') > count('delete') ? FULL : 'written';
}

describe('changes without conflicts', () => {
  it('are sent in one batch, deletions first', () => {
    const changes = [create('new'), update('edited'), remove('moved'), create('moved'), remove('old')];

    const { batches, done } = run(changes, () => 'written');

    expect(batches).toEqual([['old', 'new', 'edited', 'moved', 'moved']]);
    expect(done).toHaveLength(5);
  });

  it('are sent in as few batches as possible, with all changes at one name together', () => {
    const changes = [remove('a'), create('a'), remove('b'), create('b'), create('c')];

    const { batches } = run(changes, () => 'written', { ...PATIENT, batchLimit: 3 });

    expect(batches).toEqual([
      ['a', 'a'],
      ['b', 'b', 'c'],
    ]);
  });

  it('at one name that exceed a batch are sent in order', () => {
    const changes = [...named(3).map((id): DnsChange => ({ kind: 'delete', id, name: 'a' })), create('a')];

    expect(run(changes, () => 'written', { ...PATIENT, batchLimit: 2 }).batches).toEqual([
      ['a', 'a'],
      ['a', 'a'],
    ]);
  });
});

// Invariant 31.
describe('a refused name', () => {
  it.each([true, false])(
    'is isolated, and the others are written, whether or not clashes are isolated: %s',
    (isolatesClashes) => {
      const { done, refused } = run(named(200).map(create), refusing('app-77'), { ...PATIENT, isolatesClashes });

      expect(done).toHaveLength(199);
      expect(refused).toEqual([{ change: create('app-77'), message: REFUSED.message }]);
    },
  );

  it('does not block deletions, which are sent again first and separately', () => {
    const { batches, done } = run([create('bad'), create('good'), remove('old')], refusing('bad'));

    expect(batches.slice(0, 2)).toEqual([['old', 'bad', 'good'], ['old']]);
    expect(done.map(({ name }) => name)).toEqual(['old', 'good']);
    expect(run([remove('bad'), remove('old')], refusing('bad')).done).toEqual([remove('old')]);
  });

  it('keeps the record that it should replace', () => {
    const { done, refused } = run([remove('bad'), create('bad'), create('good')], refusing('bad'));

    expect(done).toEqual([create('good')]);
    expect(refused.map(({ change }) => change)).toEqual([remove('bad'), create('bad')]);
  });

  it('that was refused before is sent alone, after the others', () => {
    const options = { ...PATIENT, suspects: new Set(['bad']) };

    const { batches } = run([create('bad'), ...named(3).map(create)], refusing('bad'), options);

    expect(batches).toEqual([named(3), ['bad']]);
    expect(run(named(60).map(create), refusing(), { ...PATIENT, suspects: new Set(named(60)) }).waiting).toHaveLength(
      20,
    );
  });

  it('waits for the next pass with all others if too many are refused', () => {
    const changes = [...named(200).map(create), ...named(60, 'old').map(remove)];

    const { batches, done, refused, waiting } = run(changes, (batch) => (batch.length > 1 ? REFUSED : 'written'));

    expect(batches).toHaveLength(2 + MOST_PARTS);
    expect(done.length + waiting.length).toBe(changes.length);
    expect(refused).toEqual([]);
  });

  it('takes no more calls than a binary search', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 200 }), fc.nat(), fc.nat(), (count, first, second) => {
        const bad = [...new Set([first % count, second % count])].map((index) => `app-${index}`);

        const { batches, waiting } = run(named(count).map(create), refusing(...bad));

        expect(waiting).toEqual([]);
        expect(batches.length).toBeLessThanOrEqual(1 + 2 * bad.length * Math.ceil(Math.log2(count)));
      }),
    );
  });
});

describe('a clash', () => {
  it('ends the delivery, because reading the zone again is cheaper', () => {
    const changes = [...named(3), 'bad'].map(create);

    const { done, waiting, obstacle, batches } = run(changes, clashing, { batchLimit: 2, isolatesClashes: false });

    expect(obstacle).toBe('clash');
    expect(batches).toHaveLength(2);
    expect(done.map(({ name }) => name)).toEqual(['app-0', 'app-1']);
    expect(waiting.map(({ name }) => name)).toEqual(['app-2', 'bad']);
  });

  it('that persists after the zone was read is isolated like any other refusal', () => {
    const { done, refused, obstacle } = run([...named(3), 'bad'].map(create), clashing);

    expect(obstacle).toBeUndefined();
    expect(done).toHaveLength(3);
    expect(refused.map(({ change, message }) => [change.name, message])).toEqual([['bad', CLASH.message]]);
  });
});

describe('a full zone', () => {
  it('still deletes and updates records, and does not isolate names that do not fit', () => {
    const replaced = [remove('moved'), create('moved')];
    const changes = [remove('old'), update('edited'), ...replaced, ...named(100).map(create)];

    const { batches, done, waiting, obstacle } = run(changes, full);

    expect(batches).toHaveLength(2);
    expect(done).toEqual([remove('old'), update('edited'), ...replaced]);
    expect([waiting.length, obstacle]).toEqual([100, 'full']);
    expect(run(named(3).map(create), full).batches).toHaveLength(1);
    expect(run([update('edited')], () => FULL).refused).toHaveLength(1);
  });
});

describe('a delivery that is ended early', () => {
  it('reports the unsent changes as waiting', () => {
    const delivery = afterBatch(startDelivery(named(3).map(create), { ...PATIENT, batchLimit: 2 }), 'written');

    expect(endDelivery(delivery)).toMatchObject({
      queue: [],
      done: [create('app-0'), create('app-1')],
      waiting: [create('app-2')],
    });
    expect(afterBatch(endDelivery(delivery), 'written')).toEqual(endDelivery(delivery));
  });
});

// Invariant 31.
describe('any delivery', () => {
  const anyChanges = fc
    .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.constantFrom('create', 'update', 'delete', 'replace')), {
      selector: ([index]) => index,
      maxLength: 300,
    })
    .map((list) =>
      list.flatMap(([index, kind]): readonly DnsChange[] => {
        const name = `app-${index}`;
        if (kind === 'create') return [create(name)];
        if (kind === 'update') return [update(name)];
        return kind === 'delete' ? [remove(name)] : [remove(name), create(name)];
      }),
    );
  const anyBad = fc.uniqueArray(
    fc.integer({ min: 0, max: 400 }).map((index) => `app-${index}`),
    { maxLength: 60 },
  );
  const anyLimit = fc.constantFrom(2, 7, 50, 200, 3_500);

  it('ends every change as done, refused or waiting, and refuses only bad names', () => {
    fc.assert(
      fc.property(anyChanges, anyBad, anyLimit, (changes, bad, batchLimit) => {
        const { done, refused, waiting } = run(changes, refusing(...bad), { ...PATIENT, batchLimit });

        expect(new Set([...done, ...refused.map(({ change }) => change), ...waiting])).toEqual(new Set(changes));
        expect(done.length + refused.length + waiting.length).toBe(changes.length);
        expect(refused.filter(({ change }) => !bad.includes(change.name))).toEqual([]);
        expect(done.filter(({ name }) => bad.includes(name))).toEqual([]);
      }),
    );
  });

  it('takes a bounded number of batches and executes every valid deletion immediately', () => {
    fc.assert(
      fc.property(anyChanges, anyBad, anyLimit, (changes, bad, batchLimit) => {
        const plain = run(changes, () => 'written', { ...PATIENT, batchLimit }).batches.length;

        const { batches } = run(changes, refusing(...bad), { ...PATIENT, batchLimit });

        expect(batches.length).toBeLessThanOrEqual(plain + MOST_PARTS);
      }),
    );
  });

  it('repeated with known refusals, writes every good name and reports every bad one', () => {
    fc.assert(
      fc.property(anyChanges, anyBad, anyLimit, (changes, bad, batchLimit) => {
        const suspects = new Set<string>();
        let left: readonly DnsChange[] = changes;
        let rounds = 0;
        while (left.length > 0) {
          const { done, refused, waiting } = run(left, refusing(...bad), { ...PATIENT, batchLimit });
          for (const { change } of refused) suspects.add(change.name);
          expect(done.length + refused.length).toBeGreaterThan(0);
          left = waiting;
          rounds += 1;
        }
        const present = new Set(changes.map(({ name }) => name));
        expect(suspects).toEqual(new Set(bad.filter((name) => present.has(name))));
        expect(rounds).toBeLessThanOrEqual(1 + bad.length);
      }),
    );
  });
});
