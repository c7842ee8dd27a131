import { isIP } from 'node:net';
import { Environment } from '@marcbachmann/cel-js';
import { isCidr, isRequestUri } from './formats.ts';
import { compilePattern } from './re2.ts';

/** A compiled rule. Returns the result of the expression, or throws if the evaluation fails. */
export type CelProgram = (variables: Record<string, unknown>) => unknown;

const environment = extended(
  new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false, enableOptionalTypes: true }),
);

const programs = new Map<string, CelProgram>();

/** Parses an expression once. Throws if it is not valid CEL. */
export function compileCel(expression: string): CelProgram {
  const known = programs.get(expression);
  if (known !== undefined) return known;
  const parsed = environment.parse(inLibraryTerms(expression).replaceAll('.matches(', '.matchesAsInGo('));
  const program: CelProgram = (variables) => parsed(variables);
  programs.set(expression, program);
  return program;
}

/**
 * The same expression without `has` for a field of a list item, as in `has(self[0].name)`, which the library does not
 * accept: it asks for the field as an optional instead.
 */
export function inLibraryTerms(expression: string): string {
  return expression.replaceAll(/\bhas\(([^()]*\][^()]*?)\.([A-Za-z_]\w*)\)/g, '$1.?$2.hasValue()');
}

/** An environment for type checks, without variables. */
export function checkingEnvironment(): Environment {
  return extended(
    new Environment({ unlistedVariablesAreDyn: false, homogeneousAggregateLiterals: false, enableOptionalTypes: true }),
  );
}

/** The value of an optional variable such as `oldSelf` (with `optionalOldSelf`). */
export function celOptional(value: unknown): unknown {
  return value === undefined
    ? environment.evaluate('optional.none()')
    : environment.evaluate('optional.of(x)', { x: value });
}

/** A Go duration that CEL can compare. */
export function celDuration(text: string): unknown {
  return environment.evaluate('duration(x)', { x: text });
}

/** The functions that Kubernetes adds to CEL and that the library lacks. */
function extended(base: Environment): Environment {
  return (
    base
      .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
        text.replaceAll(from, to),
      )
      // The library's own `matches` takes the expressions of JavaScript.
      .registerFunction('string.matchesAsInGo(string): bool', (text: string, pattern: string) =>
        compilePattern(pattern).test(text),
      )
      .registerFunction('string.charAt(int): string', (text: string, index: bigint) => text.charAt(Number(index)))
      .registerFunction(
        'string.find(string): string',
        (text: string, pattern: string) => text.match(pattern)?.[0] ?? '',
      )
      .registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) =>
        [...text.matchAll(new RegExp(pattern, 'g'))].map((match) => match[0]),
      )
      .registerFunction('isURL(string): bool', isRequestUri)
      .registerFunction('isIP(string): bool', (text: string) => isIP(text) !== 0)
      .registerFunction('isCIDR(string): bool', isCidr)
      .registerFunction('list<dyn>.isSorted(): bool', (list: unknown[]) =>
        list.every((item, i) => i === 0 || !isLess(item, list[i - 1])),
      )
      .registerFunction('list<dyn>.sum(): dyn', (list: bigint[]) => list.reduce((sum, item) => sum + item))
      .registerFunction('list<dyn>.min(): dyn', (list: unknown[]) => list.reduce((a, b) => (isLess(b, a) ? b : a)))
      .registerFunction('list<dyn>.max(): dyn', (list: unknown[]) => list.reduce((a, b) => (isLess(a, b) ? b : a)))
      .registerFunction('list<dyn>.indexOf(dyn): int', (list: unknown[], item: unknown) => BigInt(list.indexOf(item)))
  );
}

function isLess(a: unknown, b: unknown): boolean {
  return (a as bigint | string) < (b as bigint | string);
}
