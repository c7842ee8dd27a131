import type { AccessApplication } from '../../state/access.ts';
import { splitUri } from '../destinations.ts';

/** A host and path of an application, ready to be compared. */
interface Pattern {
  readonly host: RegExp;
  readonly path: RegExp;
  /** Compared one after the other: the greater is more specific. */
  readonly rank: readonly number[];
}

const compiled = new WeakMap<AccessApplication, readonly Pattern[]>();

/**
 * The application that protects a host and path: the one with the most specific destination. None is inherited from a
 * less specific one.
 *
 * - `*` in a host covers one label or a part of it, but no dot. `*` in a path covers any number of segments.
 * - A path covers what is below it, by whole segments: `/a` covers `/a/b`, but not `/ab`.
 * - Assumption: an exact host is more specific than a wildcard, whatever the paths, and letters of a path have a case.
 */
export function applicationFor(
  applications: readonly AccessApplication[],
  host: string,
  path: string,
): AccessApplication | undefined {
  const [name, normal] = [host.toLowerCase(), normalPath(path)];
  const matches = applications.flatMap((application) => {
    const ranks = patternsOf(application).filter((each) => each.host.test(name) && each.path.test(normal));
    return ranks.map(({ rank }) => ({ application, rank }));
  });
  return matches.toSorted((left, right) => compare(right.rank, left.rank))[0]?.application;
}

/**
 * The path without query, dot segments and repeated slashes, and with what need not be encoded decoded. Assumption: as
 * for rules of the edge by default.
 */
export function normalPath(path: string): string {
  const [sent = ''] = path.split(/[?#]/);
  const single = (sent.startsWith('/') ? sent : '/').replaceAll(/[/\\]+/g, '/');
  const { pathname } = new URL(`http://host${single}`);
  return pathname.replaceAll(/%[0-9a-f]{2}/gi, (code) => {
    const letter = String.fromCodePoint(Number.parseInt(code.slice(1), 16));
    return /[\w.~-]/.test(letter) ? letter : code;
  });
}

function patternsOf(application: AccessApplication): readonly Pattern[] {
  const known = compiled.get(application) ?? application.uris.map(compile);
  compiled.set(application, known);
  return known;
}

function compile(uri: string): Pattern {
  const { host, path } = splitUri(uri);
  const shown = path === '/*' ? '' : path;
  return {
    host: new RegExp(`^${withWildcards(host, '[^.]*')}$`),
    path: new RegExp(`^${withWildcards(shown, '.*')}(?:/.*)?$`),
    rank: [-wildcardsIn(host), host.length, shown.length, -wildcardsIn(shown)],
  };
}

function withWildcards(text: string, wildcard: string): string {
  return text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', wildcard);
}

function wildcardsIn(text: string): number {
  return text.split('*').length - 1;
}

function compare(left: readonly number[], right: readonly number[]): number {
  const index = left.findIndex((value, place) => value !== right[place]);
  return index === -1 ? 0 : (left[index] ?? 0) - (right[index] ?? 0);
}
