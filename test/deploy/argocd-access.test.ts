import { expect, it } from '@jest/globals';
import { healthOf } from '../support/argocd-health.ts';
import { describeWith } from '../support/programs.ts';
import { accessPolicy, accessServiceToken } from '../support/world-objects.ts';

const condition = (type: string, status: string) => ({ type, status, reason: 'Some', message: `${type} says` });

const STATES = [
  { name: 'has not been seen', status: { observedGeneration: -1 }, health: 'Progressing' },
  {
    name: 'has changed since',
    status: { observedGeneration: 1, conditions: [condition('Ready', 'True')] },
    health: 'Progressing',
  },
  { name: 'is ready', status: { observedGeneration: 2, conditions: [condition('Ready', 'True')] }, health: 'Healthy' },
  {
    name: 'waits for something',
    status: { observedGeneration: 2, conditions: [condition('Ready', 'False'), condition('Reconciling', 'True')] },
    health: 'Progressing',
  },
  {
    name: 'needs a person',
    status: { observedGeneration: 2, conditions: [condition('Ready', 'False'), condition('Stalled', 'True')] },
    health: 'Degraded',
  },
];

describeWith('lua', 'the health of an object of Access', (lua) => {
  it.each(STATES)('that $name is $health', ({ status, health }) => {
    for (const object of [accessPolicy('shop/staff', {}), accessServiceToken('shop/robot')]) {
      const seen = { ...object, kind: object.kind, metadata: { ...object.metadata, generation: 2 }, status };

      expect(healthOf(lua, seen).status).toBe(health);
    }
  });
});
