import { expect, it } from '@jest/globals';
import { ConflictError, OperatorError } from '../../src/runtime/errors.ts';
import { Stages } from '../../src/runtime/stages.ts';
import { runSteps, stepOf } from '../../src/runtime/steps.ts';

interface Facts {
  readonly token: string;
  readonly tunnel: string;
  readonly config: string;
}
type Stage = 'Token' | 'Tunnel' | 'Config';

const FAILURE = new OperatorError('SecretNotFound', 'wait', 'no Secret');

/** Three steps, of which `tunnel` needs `token` and `config` needs `tunnel`. `token` gives or throws its outcome. */
async function run(outcome: string | Error | undefined) {
  const step = stepOf<Facts, Stage>();
  const stages = new Stages<Stage>(new AbortController().signal);
  const token = async (): Promise<string | undefined> => {
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  const steps = [
    step({ adds: 'token', stage: 'Token', needs: [], run: token }),
    step({ adds: 'tunnel', stage: 'Tunnel', needs: ['token'], run: async ({ token: of }) => `tunnel of ${of}` }),
    step({ adds: 'config', stage: 'Config', needs: ['tunnel'], run: async ({ tunnel }) => `config of ${tunnel}` }),
  ];
  return { facts: await runSteps(steps, stages), stages };
}

it('gives each step the facts of those before it', async () => {
  const { facts, stages } = await run('abc');

  expect(facts).toEqual({ token: 'abc', tunnel: 'tunnel of abc', config: 'config of tunnel of abc' });
  expect([stages.blockers.size, stages.failures]).toEqual([0, []]);
});

it.each([
  { case: 'fails', outcome: FAILURE, failures: [FAILURE] },
  { case: 'does not add its fact', outcome: undefined, failures: [] },
])('blocks every step after one that $case, and names the stage that blocks them', async ({ outcome, failures }) => {
  const { facts, stages } = await run(outcome);

  expect(facts).toEqual({ token: undefined });
  expect([...stages.blockers]).toEqual([
    ['Tunnel', 'Token'],
    ['Config', 'Token'],
  ]);
  expect(stages.failures).toEqual(failures);
});

it('rethrows a conflict', async () => {
  await expect(run(new ConflictError('changed'))).rejects.toThrow('changed');
});
