/** Records the responses of the kube-apiserver in the folder KUBEBUILDER_ASSETS to every case in verdicts.json. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startRealApiServer } from '../../support/real-api-server.ts';
import { Client } from '../../support/kubernetes-client.ts';
import { judgeDefinitions, judgeUpdates, judgeValues } from './judge.ts';

const server = await startRealApiServer();
const client = new Client(server.url);
try {
  const verdicts = {
    definitions: await judgeDefinitions(client),
    values: await judgeValues(client, new Set()),
    updates: await judgeUpdates(client, new Set()),
  };
  writeFileSync(join(import.meta.dirname, 'verdicts.json'), `${JSON.stringify(verdicts, undefined, 2)}\n`);
} finally {
  await server.stop();
}
