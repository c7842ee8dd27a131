import { describe, expect, it } from '@jest/globals';
import { ANNOTATION_PREFIX, SERVICE_ANNOTATIONS } from '../../src/api/annotations.ts';

describe('the table of Service annotations', () => {
  const keys = SERVICE_ANNOTATIONS.map(({ key }) => key);

  it('contains each key once', () => {
    expect(keys).toEqual([...new Set(keys)]);
  });

  it.each(SERVICE_ANNOTATIONS)('has $key under the prefix, in kebab-case', ({ key }) => {
    expect(key).toMatch(new RegExp(`^${ANNOTATION_PREFIX.replace('.', '\\.')}[a-z0-9]+(-[a-z0-9]+)*$`));
  });

  it.each(SERVICE_ANNOTATIONS)('explains $key in sentences', ({ meaning, default: fallback }) => {
    expect(meaning).toMatch(/^[A-Z`].*\.$/s);
    expect(fallback).not.toBe('');
  });
});
