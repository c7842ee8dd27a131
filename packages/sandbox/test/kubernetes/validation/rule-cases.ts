import { INT_OR_STRING, integer, listOf, mapOf, objectOf, PRESERVED, string, withRule } from './schemas.ts';
import type { ValueCase } from './value-cases.ts';

/** Values that CEL rules accept or reject. */
export const RULE_CASES: readonly ValueCase[] = [
  ['CEL: equal', { ...string, ...withRule('self == "a"', { message: 'not a' }) }, 'b'],
  ['CEL: no message', { ...string, ...withRule('self == "a"') }, 'b'],
  ['CEL: messageExpression', { ...string, ...withRule('self == "a"', { messageExpression: '"not " + self' }) }, 'b'],
  [
    'CEL: messageExpression that fails',
    objectOf({ a: string }, withRule('!has(self.a)', { message: 'plain', messageExpression: 'self.a.charAt(9)' })),
    { a: 'x' },
  ],
  [
    'CEL: messageExpression that is empty',
    { ...string, ...withRule('self == "a"', { message: 'plain', messageExpression: '""' }) },
    'b',
  ],
  [
    'CEL: messageExpression of two lines',
    { ...string, ...withRule('self == "a"', { message: 'plain', messageExpression: '"a\\nb"' }) },
    'b',
  ],
  [
    'CEL: reason and fieldPath',
    objectOf(
      { a: string },
      withRule('has(self.a)', { reason: 'FieldValueRequired', fieldPath: '.a', message: 'a is needed' }),
    ),
    {},
  ],
  ['CEL: reason Duplicate', { ...string, ...withRule('false', { reason: 'FieldValueDuplicate', message: 'm' }) }, 'a'],
  ['CEL: reason Forbidden', { ...string, ...withRule('false', { reason: 'FieldValueForbidden', message: 'm' }) }, 'a'],
  ['CEL: rule on an object', objectOf({ a: string }, withRule('self.a == "x"', { message: 'm' })), { a: 'y' }],
  ['CEL: rule on a list', listOf(string, { maxItems: 9, ...withRule('size(self) > 1', { message: 'm' }) }), ['y']],
  ['CEL: rule on a number', { ...integer, ...withRule('self > 1', { message: 'm' }) }, 1],
  ['CEL: rule on a boolean', { type: 'boolean', ...withRule('self', { message: 'm' }) }, false],
  ['CEL: missing key', objectOf({ a: string }, withRule('self.a == "x"', { message: 'm' })), {}],
  ['CEL: index out of range', listOf(string, { maxItems: 9, ...withRule('self[3] == "x"', { message: 'm' }) }), []],
  ['CEL: division by zero', { ...integer, ...withRule('1 / self == 1', { message: 'm' }) }, 0],
  ['CEL: overflow', { ...integer, ...withRule('self + 9223372036854775807 > 0', { message: 'm' }) }, 1],
  [
    'CEL: bad timestamp',
    { ...string, ...withRule('timestamp(self) < timestamp("2030-01-01T00:00:00Z")', { message: 'm' }) },
    'x',
  ],
  ['CEL: bad duration', { ...string, ...withRule('duration(self) < duration("3m")', { message: 'm' }) }, 'x'],
  ['CEL: bad integer', { ...string, ...withRule('int(self) < 3', { message: 'm' }) }, 'x'],
  [
    'CEL: list of unordered equal',
    listOf(string, {
      'x-kubernetes-list-type': 'set',
      maxItems: 5,
      ...withRule('self == ["b", "a"]', { message: 'm' }),
    }),
    ['a', 'b'],
  ],
  [
    'CEL: list of ordered unequal',
    listOf(string, { maxItems: 5, ...withRule('self == ["b", "a"]', { message: 'm' }) }),
    ['a', 'b'],
  ],
  ['CEL: integer equals number', { type: 'number', ...withRule('self == 1.0', { message: 'm' }) }, 1],
  ['CEL: dyn integer', { ...INT_OR_STRING, ...withRule('type(self) == int', { message: 'm' }) }, 'a'],
  [
    'CEL: preserved number',
    objectOf({ a: string }, { ...PRESERVED, ...withRule('has(self.a)', { message: 'm' }) }),
    { b: 1 },
  ],
  [
    'CEL: null of a nullable field',
    objectOf({ a: { ...string, nullable: true } }, withRule('has(self.a)', { message: 'm' })),
    { a: null },
  ],
  ['CEL: has on an empty list', objectOf({ a: listOf(string) }, withRule('has(self.a)', { message: 'm' })), { a: [] }],
  ['CEL: has on an empty string', objectOf({ a: string }, withRule('has(self.a)', { message: 'm' })), { a: '' }],
  [
    'CEL: short circuit with an error',
    objectOf({ a: string, b: string }, withRule('self.b == "x" || self.a == "y"', { message: 'm' })),
    { a: 'y' },
  ],
  [
    'CEL: all with an error',
    listOf(objectOf({ a: string }), { maxItems: 3, ...withRule('self.exists(x, x.a == "y")', { message: 'm' }) }),
    [{}, { a: 'y' }],
  ],
  ['CEL: quantity', { ...string, ...withRule('quantity(self).isLessThan(quantity("1Gi"))', { message: 'm' }) }, '2Gi'],
  ['CEL: isQuantity', { ...string, ...withRule('isQuantity(self)', { message: 'm' }) }, 'x'],
  [
    'CEL: url',
    { ...string, ...withRule('isURL(self) && url(self).getScheme() == "https"', { message: 'm' }) },
    'http://a',
  ],
  ['CEL: isURL of a path', { ...string, ...withRule('isURL(self)', { message: 'm' }) }, '/a'],
  ['CEL: ip', { ...string, ...withRule('isIP(self) && ip(self).family() == 6', { message: 'm' }) }, '10.0.0.1'],
  [
    'CEL: cidr',
    { ...string, ...withRule('isCIDR(self) && cidr(self).containsIP("10.0.0.1")', { message: 'm' }) },
    '10.0.0.0/8',
  ],
  ['CEL: split and join', { ...string, ...withRule('self.split(",").size() == 2', { message: 'm' }) }, 'a,b'],
  [
    'CEL: trim, lowerAscii, upperAscii',
    { ...string, ...withRule('self.trim().lowerAscii() == "a" && self.trim().upperAscii() == "A"', { message: 'm' }) },
    ' A ',
  ],
  [
    'CEL: substring, indexOf',
    {
      ...string,
      ...withRule('self.substring(1, 2) == "b" && self.indexOf("c") == 2 && self.lastIndexOf("a") == 0', {
        message: 'm',
      }),
    },
    'abc',
  ],
  ['CEL: matches of RE2', { ...string, ...withRule('self.matches("^[[:alpha:]]+$")', { message: 'm' }) }, 'abc'],
  ['CEL: optional field', objectOf({ a: string }, withRule('self.?a.orValue("z") == "z"', { message: 'm' })), {}],
  ['CEL: string of integer', { ...integer, ...withRule('string(self) == "5"', { message: 'm' }) }, 5],
  [
    'CEL: sum, min, max',
    listOf(integer, {
      maxItems: 5,
      ...withRule('self.sum() == 6 && self.min() == 1 && self.max() == 3 && self.isSorted() && self.indexOf(2) == 1', {
        message: 'm',
      }),
    }),
    [1, 2, 3],
  ],
  [
    'CEL: sets',
    listOf(integer, {
      maxItems: 5,
      ...withRule('sets.contains(self, [1]) && sets.intersects(self, [9, 2])', { message: 'm' }),
    }),
    [1, 2, 3],
  ],
  [
    'CEL: findAll and replace',
    { ...string, ...withRule('self.findAll("[a-z]").size() == 2 && self.replace("1", "") == "ab"', { message: 'm' }) },
    'a1b',
  ],
  [
    'CEL: semver',
    { ...string, ...withRule('isSemver(self) && semver(self).isGreaterThan(semver("1.0.0"))', { message: 'm' }) },
    '1.2.3',
  ],
  [
    'CEL: format',
    { ...string, ...withRule('!format.dns1123Label().validate(self).hasValue()', { message: 'm' }) },
    'A_b',
  ],
  ['CEL: ternary and in', { ...string, ...withRule('self in ["a", "b"] ? true : false', { message: 'm' }) }, 'c'],
  [
    'CEL: map and filter',
    listOf(integer, { maxItems: 5, ...withRule('self.map(x, x * 2).filter(x, x > 2).size() == 2', { message: 'm' }) }),
    [1, 2, 3],
  ],
  [
    'CEL: exists_one',
    listOf(integer, { maxItems: 5, ...withRule('self.exists_one(x, x == 1)', { message: 'm' }) }),
    [1, 1],
  ],
  [
    'CEL: map keys',
    mapOf(integer, {
      maxProperties: 5,
      ...withRule('self.all(k, k.startsWith("a") && self[k] > 0)', { message: 'm' }),
    }),
    { a1: 1, b1: 1 },
  ],
  [
    'CEL: date',
    { ...string, format: 'date', ...withRule('self.getFullYear() == 2026', { message: 'm' }) },
    '2026-05-01',
  ],
  ['CEL: duration', { ...string, format: 'duration', ...withRule('self > duration("1h")', { message: 'm' }) }, '30m'],
  ['CEL: byte', { ...string, format: 'byte', ...withRule('self == b"a"', { message: 'm' }) }, 'YQ=='],
  ['CEL: string concatenation and size', { ...string, ...withRule('size(self + "b") == 2', { message: 'm' }) }, 'ä'],
  [
    'CEL: two-variable all',
    listOf(integer, { maxItems: 5, ...withRule('self.all(i, v, i < v)', { message: 'm' }) }),
    [1, 2],
  ],
  [
    'CEL after a missing field',
    objectOf({ a: string, b: string }, { required: ['b'], ...withRule('self.a == "x"', { message: 'm' }) }),
    { a: 'y' },
  ],
  [
    'CEL after a pattern',
    objectOf({ a: { ...string, pattern: '^z' } }, withRule('self.a == "x"', { message: 'm' })),
    { a: 'y' },
  ],
  [
    'CEL: two rules',
    {
      ...string,
      'x-kubernetes-validations': [
        { rule: 'self == "a"', message: 'm1' },
        { rule: 'self == "b"', message: 'm2' },
      ],
    },
    'c',
  ],
  [
    'CEL: nested',
    objectOf(
      { a: { ...string, ...withRule('self == "x"', { message: 'inner' }) } },
      withRule('self.a == "x"', { message: 'outer' }),
    ),
    { a: 'y' },
  ],
  ['CEL: in an item', listOf({ ...integer, ...withRule('self > 1', { message: 'm' }) }, { maxItems: 5 }), [2, 1]],
  ['CEL: in a map', mapOf({ ...integer, ...withRule('self > 1', { message: 'm' }) }, { maxProperties: 5 }), { a: 1 }],
  ['CEL: transition on create', { ...string, ...withRule('self == oldSelf', { message: 'm' }) }, 'a'],
  [
    'CEL: optionalOldSelf on create',
    { ...string, ...withRule('oldSelf.hasValue()', { optionalOldSelf: true, message: 'm' }) },
    'a',
  ],
  ['CEL: a message with blanks around it', { ...string, ...withRule('self == "a"', { message: ' not a ' }) }, 'b'],
];
