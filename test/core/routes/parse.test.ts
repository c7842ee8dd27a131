import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SERVICE_ANNOTATIONS } from '../../../src/api/annotations.ts';
import { parseAsk } from '../../../src/core/routes/parse.ts';
import { type ServiceTraits, aService } from '../../support/builders.ts';

describe('parseAsk', () => {
  it('sees no ask where neither hostname nor tunnel is named', () => {
    expect(parseAsk(aService('shop/web'))).toBeUndefined();
    expect(parseAsk(aService('shop/web', { port: '80' }))).toBeUndefined();
  });

  it('reads a whole ask', () => {
    const service = aService('shop/web', { hostname: 'app.example.com', tunnel: 'infra/home', protocol: 'https' });

    expect(parseAsk(service)).toEqual({
      tunnel: 'infra/home',
      hostnames: ['app.example.com'],
      origin: 'https://web.shop.svc:80',
      problems: [],
    });
  });

  it.each<{ case: string; traits: ServiceTraits; hostnames: readonly string[] }>([
    {
      case: 'several',
      traits: { hostname: 'a.example.com, b.example.com' },
      hostnames: ['a.example.com', 'b.example.com'],
    },
    {
      case: 'one that is named twice',
      traits: { hostname: 'a.example.com,A.example.com' },
      hostnames: ['a.example.com'],
    },
    { case: 'none, to be derived', traits: { tunnel: 'home' }, hostnames: [] },
  ])('reads hostnames: $case', ({ traits, hostnames }) => {
    expect(parseAsk(aService('shop/web', traits))).toMatchObject({ hostnames, problems: [] });
  });

  it.each([
    { text: 'home', tunnel: 'shop/home' },
    { text: 'infra/home', tunnel: 'infra/home' },
    { text: ' infra/home\n', tunnel: 'infra/home' },
    { text: ' home\n', tunnel: 'shop/home' },
  ])('reads the tunnel $text as $tunnel', ({ text, tunnel }) => {
    expect(parseAsk(aService('shop/web', { tunnel: text }))).toMatchObject({ tunnel, problems: [] });
  });

  it.each(['managed', 'disabled'])('takes the word %j on DNS', (dns) => {
    expect(parseAsk(aService('shop/web', { hostname: 'a.example.com', dns }))).toMatchObject({ dns, problems: [] });
  });

  it('refuses any other word on DNS', () => {
    expect(parseAsk(aService('shop/web', { hostname: 'a.example.com', dns: 'off' }))?.problems).toEqual([
      { reason: 'InvalidAnnotation', message: 'cftunnel.io/dns: "off" must be managed or disabled' },
    ]);
  });

  it.each(['', '/', 'infra/', '/home', 'a/b/c', 'My Tunnel', 'infra//home'])('refuses the tunnel %j', (tunnel) => {
    expect(parseAsk(aService('shop/web', { tunnel }))?.problems).toEqual([
      { reason: 'InvalidAnnotation', message: expect.stringContaining('cftunnel.io/tunnel: ') },
    ]);
  });

  it('keeps the good hostnames beside a bad one', () => {
    const ask = parseAsk(aService('shop/web', { hostname: 'a.example.com, b' }));

    expect(ask?.hostnames).toEqual(['a.example.com']);
    expect(ask?.problems).toEqual([
      { reason: 'InvalidAnnotation', message: expect.stringContaining('cftunnel.io/hostname: "b"') },
    ]);
  });

  it('names misspelt annotations in one order, with what was meant', () => {
    const annotations = {
      'cftunnel.io/tunel': 'home',
      'cftunnel.io/hostnames': 'x',
      'cftunnel.io/blue-sky-thinking': '',
    };

    const ask = parseAsk(aService('shop/web', { hostname: 'app.example.com', annotations }));

    expect(ask?.problems.map(({ message }) => message)).toEqual([
      'cftunnel.io/blue-sky-thinking: unknown annotation',
      'cftunnel.io/hostnames: unknown annotation, did you mean cftunnel.io/hostname?',
      'cftunnel.io/tunel: unknown annotation, did you mean cftunnel.io/tunnel?',
    ]);
  });

  it('answers a Service whose only annotation of ours is misspelt, for it cannot be meant as silence', () => {
    const ask = parseAsk(aService('shop/web', { annotations: { 'cftunnel.io/hostnme': 'app.example.com' } }));

    expect(ask?.problems).toEqual([
      { reason: 'InvalidAnnotation', message: expect.stringContaining('did you mean cftunnel.io/hostname?') },
    ]);
  });

  it('leaves the annotations of others alone', () => {
    const annotations = { 'other.io/hostnames': 'x', 'cftunnel.iox/hostname': 'y' };

    expect(parseAsk(aService('shop/web', { tunnel: 'home', annotations }))?.problems).toEqual([]);
  });

  it('answers any annotations, with an origin or with a problem', () => {
    const key = fc.oneof(
      fc.constantFrom(...SERVICE_ANNOTATIONS.map((rule) => rule.key)),
      fc.string().map((tail) => `cftunnel.io/${tail}`),
    );

    fc.assert(
      fc.property(fc.dictionary(key, fc.string({ unit: 'binary' })), (annotations) => {
        const ask = parseAsk(aService('shop/web', { annotations }));
        expect(ask !== undefined && ask.origin === undefined && ask.problems.length === 0).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
