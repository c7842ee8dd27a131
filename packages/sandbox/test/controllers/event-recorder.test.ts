import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../src/kubernetes/api.ts';
import { createEventRecorder, type EventRecorder } from '../../src/kubernetes/controllers/event-recorder.ts';
import { CONFIG_MAPS, EVENTS, NAMESPACES } from '../../src/kubernetes/controllers/resources.ts';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { aConfigMap, aNamespace } from './objects.ts';

const PULLED = { type: 'Normal', reason: 'Pulled', message: 'Got it' } as const;

let server: KubernetesSandbox;
let recorder: EventRecorder;

beforeEach(async () => {
  server = await startKubernetes();
  recorder = createEventRecorder(server.api, 'kubelet');
});

afterEach(async () => {
  await server.stop();
});

function eventsIn(namespace: string): KubeObject[] {
  return server.api.list(EVENTS, namespace);
}

describe('the event recorder', () => {
  it('records the reason, the object and the reporting component', () => {
    const about = server.api.create(CONFIG_MAPS, aConfigMap('a'));

    recorder.record(about, { ...PULLED, fieldPath: 'spec.containers{main}' });

    expect(eventsIn('default')).toMatchObject([
      {
        type: 'Normal',
        reason: 'Pulled',
        message: 'Got it',
        count: 1,
        source: { component: 'kubelet' },
        involvedObject: {
          kind: 'ConfigMap',
          name: 'a',
          namespace: 'default',
          uid: about.metadata.uid,
          fieldPath: 'spec.containers{main}',
        },
      },
    ]);
  });

  it('counts repetitions instead of creating new Events', () => {
    const about = server.api.create(CONFIG_MAPS, aConfigMap('a'));

    for (let i = 0; i < 3; i += 1) recorder.record(about, PULLED);
    recorder.record(about, { ...PULLED, message: 'Got another' });

    const counts = eventsIn('default').map((event) => `${event['message'] as string}: ${event['count'] as number}`);
    expect(new Set(counts)).toEqual(new Set(['Got it: 3', 'Got another: 1']));
  });

  it('drops an Event that the API server rejects, and nothing else', () => {
    server.api.create(NAMESPACES, aNamespace('shop'));
    const about = server.api.create(CONFIG_MAPS, aConfigMap('a', { namespace: 'shop' }));
    server.api.delete(NAMESPACES, undefined, 'shop');

    expect(() => recorder.record(about, PULLED)).not.toThrow();

    expect(eventsIn('shop')).toEqual([]);
  });
});
