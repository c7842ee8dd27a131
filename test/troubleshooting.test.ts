import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CHANGE_REASONS, EXPOSED_REASONS, WARNING_REASONS, TUNNEL_REASONS } from '../src/api/conditions.ts';

const PAGE = readFileSync(join(import.meta.dirname, '..', 'docs', 'troubleshooting.md'), 'utf8');
const REASONS = [...new Set([TUNNEL_REASONS, EXPOSED_REASONS, WARNING_REASONS, CHANGE_REASONS].flatMap(Object.keys))];

/** Rows of the tables whose first column is a reason: reason, symptom, cause, what to type. */
const ROWS = [...PAGE.matchAll(/^\| `([A-Z][A-Za-z]+)` *\|(.+)\|$/gm)].map(([, reason = '', rest = '']) => ({
  reason,
  cells: rest.replaceAll(String.raw`\|`, '').split('|'),
}));
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
