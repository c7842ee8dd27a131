import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startKubernetes } from '../../../src/kubernetes/server.ts';
import { startRealApiServer } from '../../support/real-api-server.ts';
import { isRealApi } from '../../support/is-real-api.ts';
import { Client } from '../../support/kubernetes-client.ts';
import { judgeDefinitions, judgeUpdates, judgeValues, type Verdicts } from './judge.ts';
import { NOT_EMULATED } from './not-emulated.ts';

/** The responses of kube-apiserver 1.36.3, recorded by `record.ts`. */
const RECORDED = JSON.parse(readFileSync(join(import.meta.dirname, 'verdicts.json'), 'utf8')) as {
  readonly definitions: Verdicts;
  readonly values: Verdicts;
  readonly updates: Verdicts;
};

const LEFT_OUT: ReadonlySet<string> = new Set(isRealApi ? [] : Object.keys(NOT_EMULATED));

let server: { readonly url: string; stop(): Promise<void> };
let client: Client;

beforeAll(async () => {
  server = await (isRealApi ? startRealApiServer() : startKubernetes());
  client = new Client(server.url);
});
afterAll(() => server.stop());

// Invariant 30.
describe('the emulator rejects exactly what a real API server rejects', () => {
  it('in definitions', async () => {
    expect(emulated(await judgeDefinitions(client))).toEqual(emulated(RECORDED.definitions));
  });

  it('in new objects', async () => {
    expect(await judgeValues(client, LEFT_OUT)).toEqual(emulated(RECORDED.values));
  });

  it('in updates of objects that were stored before a stricter schema', async () => {
    expect(await judgeUpdates(client, LEFT_OUT)).toEqual(emulated(RECORDED.updates));
  });
});

it('every known difference is a recorded case', () => {
  const known = Object.values(RECORDED).flatMap((verdicts: Verdicts) => Object.keys(verdicts));

  expect(known).toEqual(expect.arrayContaining(Object.keys(NOT_EMULATED)));
});

function emulated(verdicts: Verdicts): Verdicts {
  return Object.fromEntries(Object.entries(verdicts).filter(([name]) => !LEFT_OUT.has(name)));
}
