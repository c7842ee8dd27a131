import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { patternOf } from '../../../../src/core/ingress/path-pattern.ts';
import { parsePath } from '../../../../src/core/sources/service/path.ts';
import type { PathType } from '../../../../src/core/model/route.ts';
import { annotationFields } from '../../../../src/core/sources/annotations/fields.ts';
import { PARSERS } from '../../../support/parsers.ts';

describe('parsePath', () => {
  it.each<{ case: string; path?: string; type?: string; read: object }>([
    { case: 'nothing', read: {} },
    { case: 'the root as every path', path: '/', read: {} },
    { case: 'a path as a prefix', path: '/api', read: { path: { type: 'Prefix', value: '/api' } } },
    { case: 'a prefix without its last slash', path: '/api/', read: { path: { type: 'Prefix', value: '/api' } } },
    { case: 'spaces around it', path: ' /api\n', read: { path: { type: 'Prefix', value: '/api' } } },
    { case: 'an exact path', path: '/api/', type: 'Exact', read: { path: { type: 'Exact', value: '/api/' } } },
    { case: 'the exact root', path: '/', type: 'Exact', read: { path: { type: 'Exact', value: '/' } } },
    { case: 'a pattern', path: '^/v[0-9]+', type: 'Regex', read: { path: { type: 'Regex', value: '^/v[0-9]+' } } },
  ])('reads $case', ({ path, type, read }) => {
    expect(parse(path, type)).toEqual({ problems: [], ...read });
  });

  it.each<{ case: string; path?: string; type?: string; says: string }>([
    { case: 'a relative path', path: 'api', says: 'path: "api" must begin with /' },
    { case: 'an empty path', path: '', says: 'must begin with /' },
    { case: 'a query', path: '/api?x=1', says: 'without query' },
    { case: 'a fragment', path: '/api#x', says: 'without query or fragment' },
    { case: 'an encoded character', path: '/a%20b', says: 'decoded' },
    { case: 'an empty segment', path: '/a//b', says: 'segments' },
    { case: 'a dot segment', path: '/a/../b', says: 'segments' },
    { case: 'a line break within', path: '/a\nb', says: 'control characters' },
    { case: 'a long path', path: `/${'a'.repeat(600)}`, says: 'longer' },
    { case: 'another type', path: '/api', type: 'prefix', says: '"prefix" must be Prefix, Exact or Regex' },
    { case: 'a type alone', type: 'Exact', says: 'has no effect without cftunnel.io/path' },
    { case: 'a look-ahead', path: '/(?=a)', type: 'Regex', says: 'is not an RE2 pattern' },
    { case: 'an empty pattern', path: '', type: 'Regex', says: 'is empty' },
  ])('refuses $case', ({ path, type, says }) => {
    expect(parse(path, type)).toEqual({
      problems: [{ reason: 'InvalidAnnotation', message: expect.stringContaining(says) }],
    });
  });
});

describe('patternOf', () => {
  it.each<{ type: PathType; value: string; yes: readonly string[]; no: readonly string[] }>([
    { type: 'Prefix', value: '/api', yes: ['/api', '/api/', '/api/x'], no: ['/apiary', '/x/api', '/API', '/'] },
    { type: 'Exact', value: '/api', yes: ['/api'], no: ['/api/', '/api/x', '/x/api', '/api\n'] },
    { type: 'Exact', value: '/', yes: ['/'], no: ['/x'] },
    { type: 'Prefix', value: '/a.b+(c)', yes: ['/a.b+(c)/d'], no: ['/axb+(c)', '/a.bb(c)'] },
    { type: 'Regex', value: '/v[0-9]', yes: ['/v1', '/x/v2/y'], no: ['/v'] },
  ])('$type $value', ({ type, value, yes, no }) => {
    const pattern = RE2JS.compile(patternOf({ type, value }));

    expect(yes.filter((path) => !pattern.matcher(path).find())).toEqual([]);
    expect(no.filter((path) => pattern.matcher(path).find())).toEqual([]);
  });

  it('matches every character of a path literally', () => {
    const anyText = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => `/${text}`);

    fc.assert(
      fc.property(anyText, anyText, (value, other) => {
        const pattern = RE2JS.compile(patternOf({ type: 'Exact', value }));
        expect(pattern.matcher(value).find()).toBe(true);
        expect(pattern.matcher(other).find()).toBe(other === value);
      }),
    );
  });
});

function parse(path: string | undefined, type: string | undefined) {
  const annotations = {
    ...(path === undefined ? {} : { 'cftunnel.io/path': path }),
    ...(type === undefined ? {} : { 'cftunnel.io/path-type': type }),
  };
  return parsePath(annotationFields(annotations), PARSERS);
}
