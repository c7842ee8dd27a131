import { describe, expect, it } from '@jest/globals';
import { RateBudget } from '../../../../src/adapters/cloudflare/calls/rate-budget.ts';

const WINDOW_MS = 300_000;

/** A budget on a clock that the test advances. */
function aBudget() {
  let now = 5_000;
  const budget = new RateBudget(() => now);
  return {
    budget,
    pass: (ms: number) => void (now += ms),
    spend: (calls: number) => {
      for (let call = 0; call < calls; call += 1) budget.spend();
    },
    answer: (status: number, headers: Readonly<Record<string, string>> = {}) =>
      budget.learn(status, (name) => headers[name] ?? null),
  };
}

const refusal = (retryAfterMs: number) =>
  expect.objectContaining({ name: 'OperatorError', reason: 'RateLimited', disposition: 'wait', retryAfterMs });

describe('our own calls', () => {
  it('are counted down', () => {
    const { budget, spend } = aBudget();

    spend(10);

    expect(budget.left).toBe(990);
  });

  it('are reset when the window ends', () => {
    const { budget, spend, pass } = aBudget();
    spend(1_000);

    pass(WINDOW_MS - 1);
    expect(budget.left).toBe(0);
    pass(1);

    expect(budget.left).toBe(1_000);
  });

  it('are never negative', () => {
    const { budget, spend } = aBudget();

    spend(2_000);

    expect(budget.left).toBe(0);
  });
});

describe('admit', () => {
  it('admits every call while there are plenty', () => {
    const { budget, spend } = aBudget();
    spend(799);

    expect(() => budget.admit('drift')).not.toThrow();
    expect(() => budget.admit('wanted')).not.toThrow();
  });

  it('makes drift checks wait first, until the window ends', () => {
    const { budget, spend, pass } = aBudget();
    spend(800);
    pass(100_000);

    expect(() => budget.admit('drift')).toThrow(refusal(200_000));
    expect(() => budget.admit('wanted')).not.toThrow();
  });

  it('makes every call wait at the last reserve', () => {
    const { budget, spend, pass } = aBudget();
    spend(980);

    expect(() => budget.admit('wanted')).toThrow(refusal(WINDOW_MS));
    pass(WINDOW_MS);

    expect(() => budget.admit('drift')).not.toThrow();
  });
});

describe('the Ratelimit header', () => {
  it('counts if it says less, because others use the token too', () => {
    const { budget, answer, pass } = aBudget();

    answer(200, { ratelimit: '"default";r=50;t=30' });

    expect(budget.left).toBe(50);
    expect(() => budget.admit('drift')).toThrow(refusal(30_000));
    pass(30_000);
    expect(budget.left).toBe(1_000);
  });

  it.each(['"default";r=1199;t=300', 'nonsense', ''])('changes nothing when it says %j', (ratelimit) => {
    const { budget, spend, answer } = aBudget();
    spend(10);

    answer(200, { ratelimit });

    expect(budget.left).toBe(990);
  });
});

describe('a 429', () => {
  it('stops every call for the time in its Retry-After', () => {
    const { budget, answer, pass } = aBudget();

    answer(429, { 'retry-after': '3' });

    expect(budget.left).toBe(0);
    expect(() => budget.admit('wanted')).toThrow(refusal(3_000));
    pass(2_999);
    expect(() => budget.admit('wanted')).toThrow(refusal(1));
    pass(1);
    expect(() => budget.admit('wanted')).not.toThrow();
  });

  it('that ends before the window does not restore spent calls', () => {
    const { budget, spend, answer, pass } = aBudget();
    spend(990);

    answer(429, { 'retry-after': '3' });
    pass(3_000);

    expect(() => budget.admit('wanted')).toThrow(refusal(WINDOW_MS - 3_000));
  });
});
