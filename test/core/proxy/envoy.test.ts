import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { compileProxy } from '../../../src/core/proxy/compile.ts';
import { type Envoy, aPlace, startEnvoy } from '../../support/envoy.ts';
import { type Pod, aPod } from '../../support/pods.ts';
import { describeWith } from '../../support/programs.ts';
import { aRoute } from '../../support/routes.ts';

describeWith('envoy', 'the proxy', (program) => {
  let envoy: Envoy;
  let pod: Pod;
  beforeAll(async () => {
    pod = await aPod('web-1');
    const place = await aPlace();
    const files = compileProxy(
      [
        {
          ...aRoute('a.example.com'),
          proxy: {
            backends: [{ weight: 1, backend: { service: 'shop/web', port: 80, protocol: 'http' } }],
            session: { type: 'Cookie', name: 'sess', path: '/' },
          },
        },
      ],
      { endpointsOf: () => [pod.endpoint], before: [], place },
    );
    envoy = await startEnvoy(program, place, files);
  });
  afterAll(async () => {
    await envoy.stop();
    await pod.stop();
  });

  it('passes a request on', async () => {
    const answer = await envoy.ask({ host: 'a.example.com', path: '/x?y=1' });
    console.log(JSON.stringify(answer, undefined, 1));
    console.log(
      JSON.stringify(
        await envoy.ask({ host: 'a.example.com', path: '/x?y=1', headers: { cookie: 'sess=id-of-web-1' } }),
        undefined,
        1,
      ),
    );
    console.log(envoy.log());
    expect(answer.status).toBe(200);
  });
});
