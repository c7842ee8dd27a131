import { expect, it } from '@jest/globals';
import type { Condition } from '../../../src/api/conditions.ts';
import { sourceFigures } from '../../../src/core/status/source-figures.ts';
import { EPOCH } from '../../support/builders.ts';

const condition = (status: Condition['status'], reason: string): Condition => ({
  type: 'cftunnel.io/Exposed',
  status,
  reason,
  message: '',
  lastTransitionTime: EPOCH,
});

const CONDITIONS: Readonly<Record<string, Condition>> = {
  'shop/a': condition('True', 'Exposed'),
  'shop/b': condition('True', 'Exposed'),
  'shop/c': condition('False', 'NotAllowed'),
  'Site/shop/a': condition('True', 'Exposed'),
};

it('counts sources by kind and condition, and new ones as progressing', () => {
  const sources = [...Object.keys(CONDITIONS), 'shop/new'];

  expect(sourceFigures(sources, (source) => CONDITIONS[source])).toEqual([
    { kind: 'Service', status: 'True', reason: 'Exposed', count: 2 },
    { kind: 'Service', status: 'False', reason: 'NotAllowed', count: 1 },
    { kind: 'Site', status: 'True', reason: 'Exposed', count: 1 },
    { kind: 'Service', status: 'Unknown', reason: 'Progressing', count: 1 },
  ]);
});
