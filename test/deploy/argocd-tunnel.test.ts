import { expect, it } from '@jest/globals';
import { healthOf } from '../support/argocd-health.ts';
import { describeWith } from '../support/programs.ts';
import { tunnel } from '../support/world-objects.ts';

const condition = (type: string, status: string, reason: string) => ({
  type,
  status,
  reason,
  message: `${type} says`,
});
const withStatus = (generation: number, status: object) => {
  const home = tunnel('shop/home');
  return { ...home, metadata: { ...home.metadata, generation }, status };
};

describeWith('lua', 'the health of a Tunnel', (lua) => {
  it.each([
    { name: 'no status', status: {}, says: ['Progressing', 'Waiting for the operator to see this Tunnel'] },
    {
      name: 'conditions about an older spec',
      status: { observedGeneration: 1, conditions: [condition('Ready', 'True', 'Ready')] },
      says: ['Progressing', 'Waiting for the operator to see this Tunnel'],
    },
    {
      name: 'Ready',
      status: { observedGeneration: 2, conditions: [condition('Ready', 'True', 'Ready')] },
      says: ['Healthy', 'Ready says'],
    },
    {
      name: 'Ready and Reconciling',
      status: {
        observedGeneration: 2,
        conditions: [condition('Ready', 'True', 'Ready'), condition('Reconciling', 'True', 'RollingOut')],
      },
      says: ['Progressing', 'Reconciling says'],
    },
    {
      name: 'Ready and Stalled',
      status: {
        observedGeneration: 2,
        conditions: [condition('Ready', 'True', 'Ready'), condition('Stalled', 'True', 'RecordsPending')],
      },
      says: ['Degraded', 'Stalled says'],
    },
    {
      name: 'scaled to zero, and another part Stalled',
      status: {
        observedGeneration: 2,
        conditions: [condition('Ready', 'False', 'ScaledToZero'), condition('Stalled', 'True', 'PermissionMissing')],
      },
      says: ['Degraded', 'Stalled says'],
    },
    {
      name: 'not Ready, and nothing is going on',
      status: { observedGeneration: 2, conditions: [condition('Ready', 'False', 'MassDeleteRefused')] },
      says: ['Degraded', 'Ready says'],
    },
    {
      name: 'unknown',
      status: { observedGeneration: 2, conditions: [condition('Ready', 'Unknown', 'Blocked')] },
      says: ['Progressing', 'Ready says'],
    },
    {
      name: 'suspended while Stalled',
      status: {
        observedGeneration: 2,
        conditions: [condition('Ready', 'Unknown', 'Suspended'), condition('Stalled', 'True', 'NameTaken')],
      },
      says: ['Suspended', 'Ready says'],
    },
  ])('$name', ({ status, says: [health, message] }) => {
    expect(healthOf(lua, withStatus(2, status))).toEqual({ status: health, message });
  });
});
