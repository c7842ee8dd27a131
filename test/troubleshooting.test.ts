import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  ACCESS_REASONS,
  CHANGE_REASONS,
  EXPOSED_REASONS,
  WARNING_REASONS,
  TUNNEL_REASONS,
} from '../src/api/conditions.ts';

const PAGE = readFileSync(join(import.meta.dirname, '..', 'docs', 'troubleshooting.md'), 'utf8');
const REASONS = [
  ...new Set([TUNNEL_REASONS, EXPOSED_REASONS, WARNING_REASONS, ACCESS_REASONS, CHANGE_REASONS].flatMap(Object.keys)),
];

/** The conditions of Gateways and their routes, whose reasons are those of the Gateway API. */
const [GATEWAYS = ''] = /^## A Gateway or a route of it[^]*?^(?=## )/m.exec(PAGE) ?? [];

/** Rows of the other tables whose first column is a reason: reason, symptom, cause, what to type. */
const ROWS = [...PAGE.replace(GATEWAYS, '').matchAll(/^\| `([A-Z][A-Za-z]+)` *\|(.+)\|$/gm)].map(
  ([, reason = '', rest = '']) => ({
    reason,
    cells: rest.replaceAll(String.raw`\|`, '').split('|'),
  }),
);
const [, CALM = ''] = /^## Nothing is wrong\n([^]*?)^## /m.exec(PAGE) ?? [];
const CALM_REASONS = [...CALM.matchAll(/`([A-Z][A-Za-z]+)`/g)].map(([, reason = '']) => reason);

describe('the page on troubleshooting', () => {
  it('lists every reason once, and no other', () => {
    expect([...ROWS.map(({ reason }) => reason), ...CALM_REASONS].toSorted()).toEqual(REASONS.toSorted());
  });

  it.each(ROWS)('gives symptom, cause and command for $reason', ({ cells }) => {
    expect(cells.map((cell) => cell.trim()).filter((cell) => cell.length > 8)).toHaveLength(3);
  });
});

describe('the table for Gateways and their routes', () => {
  const ROOT = join(import.meta.dirname, '..');
  const SOURCE = globSync('src/core/gateway/*.ts', { cwd: ROOT })
    .map((file) => readFileSync(join(ROOT, file), 'utf8'))
    .join('\n');
  /** Of conditions that are as they should be, and of `cftunnel.io/Exposed`, which the tables above explain. */
  const ELSEWHERE = new Set(['Accepted', 'Programmed', 'ResolvedRefs', 'NoConflicts', 'SupportedVersion', ...REASONS]);
  const told = new Set([...GATEWAYS.matchAll(/`([A-Z][A-Za-z]+)`/g)].map(([, reason = '']) => reason));

  it('names only reasons that the code gives', () => {
    expect([...told].filter((reason) => !SOURCE.includes(`'${reason}'`))).toEqual([]);
  });

  it('names every reason for which a condition is not as it should be', () => {
    const given = [...SOURCE.matchAll(/(?:reason: |refused\()'([A-Z][A-Za-z]+)'/g)].map(([, reason = '']) => reason);

    expect(given.length).toBeGreaterThan(10);
    expect(given.filter((reason) => !told.has(reason) && !ELSEWHERE.has(reason))).toEqual([]);
  });
});
