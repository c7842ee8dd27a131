/** Operators and methods that take each other's place. */

const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  '===': ['!=='],
  '!==': ['==='],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '&&': ['||'],
  '||': ['&&'],
  '+=': ['-='],
  '-=': ['+='],
};

/** `undefined` leaves the call out. */
const METHODS: ReadonlyMap<string, string | undefined> = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['min', 'max'],
  ['max', 'min'],
  ['startsWith', 'endsWith'],
  ['endsWith', 'startsWith'],
  ['toUpperCase', 'toLowerCase'],
  ['toLowerCase', 'toUpperCase'],
  ['filter', undefined],
  ['slice', undefined],
  ['trim', undefined],
  ['toSorted', undefined],
  ['toReversed', undefined],
]);

export function opposites(operator: string): readonly string[] {
  return OPERATORS[operator] ?? [];
}

/** What may be called instead of a method. */
export function swappedMethods(name: string): readonly (string | undefined)[] {
  return METHODS.has(name) ? [METHODS.get(name)] : [];
}
