import { INT_OR_STRING, integer, keyedList, listOf, mapOf, objectOf, string, withRule } from './schemas.ts';
import type { JsonObject } from '../../../src/kubernetes/json.ts';

/** A case, a schema, a value that was stored before the schema, and its update. */
export type UpdateCase = readonly [name: string, schema: JsonObject, before: unknown, after: unknown];

export const UPDATE_CASES: readonly UpdateCase[] = [
  ['an invalid value that stays', { ...string, enum: ['a'] }, 'x', 'x'],
  ['an invalid value that changes', { ...string, enum: ['a'] }, 'x', 'y'],
  ['an invalid value that is mended', { ...string, enum: ['a'] }, 'x', 'a'],
  ['a valid value that becomes invalid', { ...string, enum: ['a'] }, 'a', 'x'],
  ['a wrong type that stays', integer, 'x', 'x'],
  ['a pattern that stays broken', { ...string, pattern: '^a' }, 'x', 'x'],
  ['a maximum that stays exceeded', { ...integer, maximum: 1 }, 5, 5],
  ['a required field that stays away', objectOf({ a: string, b: string }, { required: ['a'] }), { b: 'x' }, { b: 'x' }],
  [
    'a required field that stays away beside a change',
    objectOf({ a: string, b: string }, { required: ['a'] }),
    { b: 'x' },
    { b: 'y' },
  ],
  ['maxItems that stays exceeded', listOf(string, { maxItems: 1 }), ['a', 'b'], ['a', 'b']],
  ['maxItems that grows', listOf(string, { maxItems: 1 }), ['a', 'b'], ['a', 'b', 'c']],
  ['maxItems that shrinks to still too many', listOf(string, { maxItems: 1 }), ['a', 'b', 'c'], ['a', 'b']],
  ['an invalid item of a list that stays, another added', listOf({ ...string, pattern: '^a' }), ['x'], ['x', 'a']],
  [
    'an invalid item of a set that stays, another added',
    listOf({ ...string, pattern: '^a' }, { 'x-kubernetes-list-type': 'set' }),
    ['x'],
    ['a', 'x'],
  ],
  [
    'an invalid item of a keyed list that stays, another added',
    keyedList(objectOf({ k: string, v: { ...string, pattern: '^a' } }, { required: ['k'] })),
    [{ k: '1', v: 'x' }],
    [
      { k: '0', v: 'a' },
      { k: '1', v: 'x' },
    ],
  ],
  [
    'an invalid item of a keyed list that changes',
    keyedList(objectOf({ k: string, v: { ...string, pattern: '^a' } }, { required: ['k'] })),
    [{ k: '1', v: 'x' }],
    [{ k: '1', v: 'y' }],
  ],
  [
    'an invalid value of a map that stays, another added',
    mapOf({ ...string, pattern: '^a' }),
    { p: 'x' },
    { p: 'x', q: 'a' },
  ],
  [
    'an invalid field that stays, a sibling changes',
    objectOf({ p: { ...string, pattern: '^a' }, q: string }),
    { p: 'x', q: '1' },
    { p: 'x', q: '2' },
  ],
  ['anyOf that stays unmet', { ...string, anyOf: [{ pattern: '^a' }] }, 'x', 'x'],
  [
    'anyOf of an object that stays unmet beside a change',
    objectOf({ a: string, b: string }, { anyOf: [{ required: ['a'] }] }),
    { b: 'x' },
    { b: 'y' },
  ],
  ['not that stays met', { ...string, not: { pattern: '^x' } }, 'x', 'x'],
  ['duplicates of a set that stay', listOf(string, { 'x-kubernetes-list-type': 'set' }), ['a', 'a'], ['a', 'a']],
  ['duplicates of a set that grow', listOf(string, { 'x-kubernetes-list-type': 'set' }), ['a', 'a'], ['a', 'a', 'a']],
  ['duplicates of a set that are new', listOf(string, { 'x-kubernetes-list-type': 'set' }), ['a'], ['a', 'a']],
  ['CEL: unmet and unchanged', { ...string, ...withRule('self == "a"', { message: 'm' }) }, 'x', 'x'],
  ['CEL: unmet and changed', { ...string, ...withRule('self == "a"', { message: 'm' }) }, 'x', 'y'],
  [
    'CEL: unmet on an object whose field changes',
    objectOf({ a: string, b: string }, withRule('self.a == "x"', { message: 'm' })),
    { a: 'y', b: '1' },
    { a: 'y', b: '2' },
  ],
  [
    'CEL: unmet in a field, a sibling changes',
    objectOf({ a: { ...string, ...withRule('self == "x"', { message: 'm' }) }, b: string }),
    { a: 'y', b: '1' },
    { a: 'y', b: '2' },
  ],
  [
    'CEL: unmet in an item of a list, another added',
    listOf({ ...string, ...withRule('self == "a"', { message: 'm' }) }, { maxItems: 5 }),
    ['x'],
    ['x', 'a'],
  ],
  [
    'CEL: unmet in a keyed item, another added',
    keyedList(
      objectOf({ k: string, v: { ...string, ...withRule('self == "a"', { message: 'm' }) } }, { required: ['k'] }),
      { maxItems: 5 },
    ),
    [{ k: '1', v: 'x' }],
    [
      { k: '0', v: 'a' },
      { k: '1', v: 'x' },
    ],
  ],
  ['CEL: transition unmet though unchanged', { ...integer, ...withRule('self > oldSelf', { message: 'm' }) }, 1, 1],
  ['CEL: transition met', { ...integer, ...withRule('self > oldSelf', { message: 'm' }) }, 1, 2],
  ['CEL: transition unmet', { ...integer, ...withRule('self > oldSelf', { message: 'm' }) }, 2, 1],
  [
    'CEL: transition of a field that is new',
    objectOf({ a: { ...string, ...withRule('self == oldSelf', { message: 'm' }) } }),
    {},
    { a: 'x' },
  ],
  [
    'CEL: transition of a field that goes',
    objectOf({ a: { ...string, ...withRule('self == oldSelf', { message: 'm' }) } }),
    { a: 'x' },
    {},
  ],
  [
    'CEL: optionalOldSelf unmet and unchanged',
    { ...string, ...withRule('!oldSelf.hasValue()', { optionalOldSelf: true, message: 'm' }) },
    'a',
    'a',
  ],
  [
    'CEL: immutable object',
    objectOf({ a: string }, withRule('self == oldSelf', { message: 'm' })),
    { a: 'x' },
    { a: 'y' },
  ],
  [
    'CEL: transition in a map',
    mapOf({ ...integer, ...withRule('self >= oldSelf', { message: 'm' }) }, { maxProperties: 5 }),
    { a: 2 },
    { a: 1, b: 0 },
  ],
  [
    'CEL: transition in a keyed list',
    keyedList(
      objectOf({ k: string, v: { ...integer, ...withRule('self >= oldSelf', { message: 'm' }) } }, { required: ['k'] }),
      { maxItems: 5 },
    ),
    [{ k: 'a', v: 2 }],
    [
      { k: 'b', v: 0 },
      { k: 'a', v: 1 },
    ],
  ],
  ['null that stays', integer, null, null],
  ['an integer-or-string that stays wrong', { ...INT_OR_STRING }, true, true],
  ['format that stays wrong', { ...string, format: 'date' }, 'x', 'x'],
];
