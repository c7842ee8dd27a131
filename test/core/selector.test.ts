import { describe, expect, it } from '@jest/globals';
import { type LabelSelector, matchesSelector } from '../../src/core/selector.ts';

const LABELS = { team: 'web', stage: 'live' };

type Expression = NonNullable<LabelSelector['matchExpressions']>[number];

describe('matchesSelector', () => {
  it.each([
    { case: 'an empty selector matches', selector: {}, matches: true },
    { case: 'an equal label matches', selector: { matchLabels: { team: 'web' } }, matches: true },
    { case: 'another value does not', selector: { matchLabels: { team: 'api' } }, matches: false },
    { case: 'a label that is absent does not', selector: { matchLabels: { owner: 'web' } }, matches: false },
    { case: 'every label must match', selector: { matchLabels: { team: 'web', stage: 'test' } }, matches: false },
  ])('$case', ({ selector, matches }) => {
    expect(matchesSelector(selector, LABELS)).toBe(matches);
  });

  it.each<{ case: string; expression: Expression; matches: boolean }>([
    { case: 'In, with the value', expression: { key: 'team', operator: 'In', values: ['api', 'web'] }, matches: true },
    { case: 'In, without', expression: { key: 'team', operator: 'In', values: ['api'] }, matches: false },
    { case: 'In, with no values', expression: { key: 'team', operator: 'In' }, matches: false },
    { case: 'In, label absent', expression: { key: 'owner', operator: 'In', values: ['web'] }, matches: false },
    { case: 'NotIn, with the value', expression: { key: 'team', operator: 'NotIn', values: ['web'] }, matches: false },
    { case: 'NotIn, without', expression: { key: 'team', operator: 'NotIn', values: ['api'] }, matches: true },
    { case: 'NotIn, label absent', expression: { key: 'owner', operator: 'NotIn', values: ['web'] }, matches: true },
    { case: 'Exists', expression: { key: 'team', operator: 'Exists' }, matches: true },
    { case: 'Exists, label absent', expression: { key: 'owner', operator: 'Exists' }, matches: false },
    { case: 'DoesNotExist', expression: { key: 'team', operator: 'DoesNotExist' }, matches: false },
    { case: 'DoesNotExist, label absent', expression: { key: 'owner', operator: 'DoesNotExist' }, matches: true },
    {
      case: 'Exists, a property of every object',
      expression: { key: 'constructor', operator: 'Exists' },
      matches: false,
    },
  ])('$case: $matches', ({ expression, matches }) => {
    expect(matchesSelector({ matchExpressions: [expression] }, LABELS)).toBe(matches);
  });

  it('requires both labels and expressions to match', () => {
    const matchExpressions = [{ key: 'stage', operator: 'In', values: ['test'] }] as const;

    expect(matchesSelector({ matchLabels: { team: 'web' }, matchExpressions }, LABELS)).toBe(false);
  });
});
