import { describe, expect, it } from '@jest/globals';
import { type Condition, EXPOSED } from '../../../src/api/conditions.ts';
import type { Warning } from '../../../src/core/model/route.ts';
import { notesFor, notesOnWarnings } from '../../../src/core/status/notes.ts';

const BROKEN = condition('False', 'NameTaken', 'taken');
const FINE = condition('True', 'ConfigPublished', 'published');
const WAITING = condition('Unknown', 'Blocked', 'waits');

describe('notesFor', () => {
  it.each([
    { case: 'something goes wrong', before: FINE, after: BROKEN, note: 'Warning NameTaken taken' },
    { case: 'something is wrong from the start', before: undefined, after: BROKEN, note: 'Warning NameTaken taken' },
    {
      case: 'it goes wrong for another reason',
      before: BROKEN,
      after: condition('False', 'InvalidSpec', 'invalid'),
      note: 'Warning InvalidSpec invalid',
    },
    {
      case: 'it goes wrong in another way',
      before: BROKEN,
      after: condition('False', 'NameTaken', 'taken by another'),
      note: 'Warning NameTaken taken by another',
    },
    {
      case: 'something works with a warning',
      before: FINE,
      after: condition('True', 'ForeignConnectors', 'others serve too'),
      note: 'Warning ForeignConnectors others serve too',
    },
    {
      case: 'the warning ends',
      before: condition('True', 'ForeignConnectors', 'others serve too'),
      after: FINE,
      note: 'Normal ConfigPublished published',
    },
    {
      case: 'some connectors are missing',
      before: FINE,
      after: condition('True', 'ConnectorsUnavailable', 'one of two'),
      note: 'Warning ConnectorsUnavailable one of two',
    },
    { case: 'it recovers', before: BROKEN, after: FINE, note: 'Normal ConfigPublished published' },
  ])('writes an event if $case', ({ before, after, note }) => {
    const notes = notesFor(before === undefined ? [] : [before], [after]);

    expect(notes.map(({ type, reason, message }) => `${type} ${reason} ${message}`)).toEqual([note]);
  });

  it.each([
    { case: 'everything stays well', before: FINE, after: FINE },
    { case: 'everything stays broken', before: BROKEN, after: { ...BROKEN, lastTransitionTime: 'later' } },
    { case: 'everything is well from the start', before: undefined, after: FINE },
    { case: 'a wait ends well', before: condition('False', 'RollingOut', 'rolls'), after: FINE },
    { case: 'something waits', before: FINE, after: WAITING },
    {
      case: 'only the URLs that are still served change',
      before: condition('False', 'InvalidAnnotation', 'a typo (still served: https://a.example.com)'),
      after: condition('False', 'InvalidAnnotation', 'a typo'),
    },
    ...[
      'RollingOut',
      'Progressing',
      'RecordsPending',
      'ScaledToZero',
      'TunnelNotReady',
      'NoConnectors',
      'Blocked',
      'Suspended',
    ].map((reason) => ({
      case: `the reason is ${reason}`,
      before: FINE,
      after: condition('False', reason, 'on its way'),
    })),
    { case: 'its state becomes unknown', before: BROKEN, after: condition('Unknown', 'Unknown', 'who knows') },
    {
      case: 'only the message of a part that works changes',
      before: FINE,
      after: condition('True', 'ConfigPublished', 'anew'),
    },
  ])('writes no event if $case', ({ before, after }) => {
    expect(notesFor(before === undefined ? [] : [before], [after])).toEqual([]);
  });

  it('compares with the condition of the same type', () => {
    expect(notesFor([{ ...FINE, type: 'DNSReady' }, BROKEN], [BROKEN])).toStrictEqual([]);
  });

  it('compares only the event message', () => {
    const before = told('"x (still served: y" is no port', 'https://a.example.com');

    expect(notesFor([before], [told('"x (still served: y" is no port', 'https://b.example.com')])).toEqual([]);
    expect(notesFor([before], [told('"x (still served: z" is no port', 'https://a.example.com')])).toHaveLength(1);
  });

  it.each(['Ready', 'Reconciling', 'Stalled'])('leaves %s out, which only repeats a part', (type) => {
    expect(notesFor([], [{ ...BROKEN, type }])).toEqual([]);
  });
});

/** The condition of a mistake while something is still served. */
function told(eventMessage: string, served: string) {
  return { ...condition('False', 'InvalidAnnotation', `${eventMessage} (still served: ${served})`), eventMessage };
}

function condition(status: Condition['status'], reason: string, message: string): Condition {
  return { type: 'ConfigReady', status, reason, message, lastTransitionTime: '2026-01-01T00:00:00Z' };
}

describe('notesOnWarnings', () => {
  const alias: Warning = { reason: 'AliasRead', message: 'an alias' };
  const ignored: Warning = { reason: 'SettingIgnored', message: 'nothing' };

  it('writes an event for each new warning, which is Normal for a hint', () => {
    expect(notesOnWarnings(said('https://a.example.com'), [alias, ignored])).toEqual([
      { type: 'Normal', ...alias },
      { type: 'Warning', ...ignored },
    ]);
  });

  it('writes no event for a warning that the condition contains', () => {
    expect(notesOnWarnings(said('https://a.example.com; an alias'), [alias])).toEqual([]);
  });

  it('repeats a warning after something went wrong', () => {
    expect(notesOnWarnings(said('wrong; an alias', 'False'), [alias])).toHaveLength(1);
    expect(notesOnWarnings(undefined, [alias])).toHaveLength(1);
  });
});

function said(message: string, status: Condition['status'] = 'True'): Condition {
  return { type: EXPOSED, status, reason: 'Exposed', message, lastTransitionTime: '2026-01-01T00:00:00Z' };
}
