import { describe, expect, it } from '@jest/globals';
import type { Problem } from '../../../src/core/routes/route.ts';
import type { Verdict } from '../../../src/core/routes/table.ts';
import type { Report } from '../../../src/core/status/conditions.ts';
import { type TunnelNews, describeExposed } from '../../../src/core/status/exposed.ts';
import { aHostname, aVerdict } from '../../support/routes.ts';

const TYPO: Problem = { reason: 'InvalidAnnotation', message: 'a typo' };
const RECORD: Problem = { reason: 'RecordConflict', message: 'a record' };

describe('a Service whose hostnames are live', () => {
  const verdict = aVerdict('shop/web', { hostnames: ['a.example.com', '*.example.com'] });

  it('is Exposed, with its URLs', () => {
    expect(report(verdict, news({ live: ['a.example.com', '*.example.com'] }))).toEqual({
      status: 'True',
      reason: 'Exposed',
      message: 'https://a.example.com, https://*.example.com',
    });
  });

  it('stays Exposed when the Tunnel gets a problem', () => {
    const known = news({ live: ['a.example.com', '*.example.com'], blocked: 'no token' });

    expect(report(verdict, known).reason).toBe('Exposed');
  });
});

describe('a Service that waits', () => {
  const verdict = aVerdict('shop/web', { tunnel: 'shop/home', hostnames: ['a.example.com', 'b.example.com'] });

  it.each([
    { case: 'before anything is known of its Tunnel', known: undefined, names: 'a.example.com, b.example.com' },
    { case: 'while nothing is live', known: news({}), names: 'a.example.com, b.example.com' },
    { case: 'while a part is live', known: news({ live: ['a.example.com'] }), names: 'b.example.com' },
  ])('is Progressing $case', ({ known, names }) => {
    expect(report(verdict, known)).toEqual({
      status: 'Unknown',
      reason: 'Progressing',
      message: `Waiting until ${names} is served`,
    });
  });

  it('is told when it waits for a Tunnel that a person must mend', () => {
    expect(report(verdict, news({ blocked: 'no token' }))).toEqual({
      status: 'False',
      reason: 'TunnelNotReady',
      message: 'Tunnel shop/home is not ready: no token',
    });
  });
});

describe('a Service with a problem', () => {
  it('is told the first one', () => {
    const verdict = aVerdict('shop/web', { problems: [TYPO, { reason: 'PortNotFound', message: 'a port' }] });

    expect(report(verdict, undefined)).toEqual({
      status: 'False',
      reason: 'InvalidAnnotation',
      message: 'a typo',
    });
  });

  it('is told what goes on working meanwhile', () => {
    const verdict = aVerdict('shop/web', { hostnames: ['a.example.com', 'b.example.com'], problems: [TYPO] });

    expect(report(verdict, news({ live: ['a.example.com'] })).message).toBe(
      'a typo (still served: https://a.example.com)',
    );
  });

  it('is told its own before that of its records', () => {
    const verdict = aVerdict('shop/web', { hostnames: ['a.example.com'], problems: [TYPO] });

    expect(report(verdict, news({ refused: { 'a.example.com': RECORD } })).reason).toBe('InvalidAnnotation');
  });

  it('is told that a record was refused, and what is still served', () => {
    const verdict = aVerdict('shop/web', { hostnames: ['a.example.com', 'b.example.com'] });
    const known = news({ live: ['a.example.com'], refused: { 'b.example.com': RECORD } });

    expect(report(verdict, known)).toEqual({
      status: 'False',
      reason: 'RecordConflict',
      message: 'a record (still served: https://a.example.com)',
    });
  });

  it('is told of its record before the problem of its Tunnel', () => {
    const verdict = aVerdict('shop/web', { hostnames: ['a.example.com'] });
    const known = news({ blocked: 'no token', refused: { 'a.example.com': RECORD } });

    expect(report(verdict, known).reason).toBe('RecordConflict');
  });

  it('is not told of the refusals of others', () => {
    const verdict = aVerdict('shop/web', { hostnames: ['a.example.com'] });
    const known = news({ live: ['a.example.com'], refused: { 'b.example.com': RECORD } });

    expect(report(verdict, known).reason).toBe('Exposed');
  });
});

describe('a Service that was exposed', () => {
  const verdict = aVerdict('shop/web', { tunnel: 'shop/home', hostnames: ['a.example.com'] });
  const exposed: Report = { status: 'True', reason: 'Exposed', message: 'https://a.example.com' };

  it.each([
    { case: 'before its Tunnel has been looked at', known: undefined },
    { case: 'while the records cannot be looked at', known: news({ isComplete: false }) },
    { case: 'while a Tunnel with a problem cannot look', known: news({ isComplete: false, blocked: 'no token' }) },
  ])('counts as exposed still $case', ({ known }) => {
    expect(describeExposed(verdict, known, exposed)).toEqual(exposed);
  });

  it.each([
    { case: 'once all was looked at', known: news({}), message: exposed.message },
    { case: 'with other hostnames than before', known: undefined, message: 'https://b.example.com' },
  ])('counts as waiting $case', ({ known, message }) => {
    expect(describeExposed(verdict, known, { ...exposed, message }).reason).toBe('Progressing');
  });
});

interface NewsTraits {
  readonly live?: readonly string[];
  readonly refused?: Readonly<Record<string, Problem>>;
  readonly blocked?: string;
  readonly isComplete?: boolean;
}

function news({ live = [], refused = {}, blocked, isComplete = true }: NewsTraits): TunnelNews {
  return {
    live: new Set(live.map(aHostname)),
    refused: new Map(Object.entries(refused).map(([name, problem]) => [aHostname(name), problem])),
    blocked,
    isComplete,
  };
}

/** What is said of a Service of which nothing was said before. */
function report(verdict: Verdict, known: TunnelNews | undefined): Report {
  return describeExposed(verdict, known, undefined);
}
