import { describe, expect, it } from '@jest/globals';
import { OperatorError } from '../../src/runtime/errors.ts';
import { Stages } from '../../src/runtime/stages.ts';
import { type Step, runSteps, stepOf } from '../../src/runtime/steps.ts';

interface Facts {
  readonly token: string;
  readonly tunnel: string;
  readonly rules: string;
  readonly records: string;
}
type Stage = 'credentials' | 'tunnel' | 'config' | 'dns';

const DOWN = new OperatorError('CloudflareUnavailable', 'retry', 'Cloudflare is down');
const step = stepOf<Facts, Stage>();

const TOKEN = step({ adds: 'token', stage: 'credentials', needs: [], run: async () => 'token' });
const TUNNEL = step({ adds: 'tunnel', stage: 'tunnel', needs: ['token'], run: async ({ token }) => `${token}-tunnel` });
const RULES = step({ adds: 'rules', stage: 'config', needs: [], run: async ({ tunnel }) => `rules of ${tunnel}` });
const RECORDS = step({ adds: 'records', stage: 'dns', needs: ['tunnel', 'rules'], run: async () => 'records' });

describe('steps', () => {
  it('run in their order, each with the facts of those before', async () => {
    expect((await running([TOKEN, TUNNEL, RULES, RECORDS])).facts).toEqual({
      token: 'token',
      tunnel: 'token-tunnel',
      rules: 'rules of token-tunnel',
      records: 'records',
    });
  });

  it('that need the fact of a failed step are skipped, and all others run', async () => {
    const { facts, stages } = await running([failing(TOKEN), TUNNEL, RULES, RECORDS]);

    expect(facts).toMatchObject({ rules: 'rules of undefined' });
    expect(facts.records).toBeUndefined();
    expect([...stages.blockers]).toEqual([
      ['tunnel', 'credentials'],
      ['dns', 'credentials'],
    ]);
    expect(stages.failures).toEqual([DOWN]);
  });

  it('are blocked by the first stage that keeps them from running', async () => {
    const { stages } = await running([TOKEN, failing(TUNNEL), failing(RULES), RECORDS]);

    expect([...stages.blockers]).toEqual([['dns', 'tunnel']]);
  });

  it('do not block their own stage', async () => {
    const known = step({ adds: 'records', stage: 'tunnel', needs: ['tunnel'], run: async () => 'records' });

    const { stages } = await running([TOKEN, failing(TUNNEL), known]);

    expect(stages.blockers.size).toBe(0);
  });

  it('may leave their fact unknown without a failure', async () => {
    const nothing = step({ adds: 'token', stage: 'credentials', needs: [], run: async () => undefined });

    const { facts, stages } = await running([nothing, TUNNEL]);

    expect(facts).toEqual({ token: undefined });
    expect(stages.failures).toEqual([]);
  });
});

async function running(steps: readonly Step<Facts, Stage>[]) {
  const stages = new Stages<Stage>(new AbortController().signal);
  return { facts: await runSteps(steps, stages), stages };
}

function failing(one: Step<Facts, Stage>): Step<Facts, Stage> {
  return { ...one, run: () => Promise.reject(DOWN) };
}
