import { describe, expect, it } from '@jest/globals';
import { asTable, resultIn } from './results.ts';

describe('a line of the suite', () => {
  it.each([
    ['--- PASS: TestConformance/HTTPRouteWeight (1.25s)', { name: 'HTTPRouteWeight', verdict: 'pass', seconds: 1.25 }],
    [
      '\u0016    --- FAIL: TestConformance/HTTPRouteCORS (61.00s)',
      { name: 'HTTPRouteCORS', verdict: 'fail', seconds: 61 },
    ],
    ['    --- SKIP: TestConformance/UDPRoute (0.00s)', { name: 'UDPRoute', verdict: 'skip', seconds: 0 }],
    ['        --- FAIL: TestConformance/HTTPRouteCORS/0_request (61.00s)', undefined],
    ['--- PASS: TestConformance (900.00s)', undefined],
    ['=== RUN   TestConformance/HTTPRouteWeight', undefined],
    ['a log that says --- PASS: TestConformance/HTTPRouteWeight (1.25s)', undefined],
  ])('%s', (line, result) => {
    expect(resultIn(line)).toEqual(result);
  });
});

describe('the table of results', () => {
  it('shows what was run, and counts the rest', () => {
    const table = asTable([
      { name: 'Long', verdict: 'pass', seconds: 1.25 },
      { name: 'A', verdict: 'fail', seconds: 60 },
      { name: 'B', verdict: 'skip', seconds: 0 },
    ]);

    expect(table.split('\n')).toEqual(['Long  pass  1.3 s', 'A     fail  60.0 s', '', '1 passed, 1 failed, 1 skipped']);
  });
});
