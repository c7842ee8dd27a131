import { describe, expect, it } from '@jest/globals';
import { ANNOTATION_PREFIX, ORIGIN, SERVICE_ANNOTATIONS } from '../../src/api/annotations.ts';

const ALL = [...SERVICE_ANNOTATIONS, ORIGIN];

describe('the table of annotations', () => {
  const keys = ALL.map(({ key }) => key);

  it('contains each key once', () => {
    expect(keys).toEqual([...new Set(keys)]);
  });

  it.each(ALL)('has $key under the prefix, in kebab-case', ({ key }) => {
    expect(key).toMatch(new RegExp(`^${ANNOTATION_PREFIX.replace('.', '\\.')}[a-z0-9]+(-[a-z0-9]+)*$`));
  });

  it.each(ALL)('explains $key in sentences', ({ meaning, default: fallback }) => {
    expect(meaning).toMatch(/^[A-Z`].*\.$/s);
    expect(fallback).not.toBe('');
  });
});
