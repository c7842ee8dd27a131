import { describe, expect, it } from '@jest/globals';
import { type Computed, type FindPods, computeIfChanged } from '../../../src/core/proxy/computed.ts';

type Pods = ReturnType<FindPods>;

const POD = { address: '10.0.0.1', port: 8080 };

/** Looks up both ports of a Service, one of them twice, and counts its runs. */
function counting() {
  const runs: string[] = [];
  const compute = (input: readonly string[], find: FindPods): number => {
    runs.push(input.join());
    return [80, 443, 80].reduce((sum, port) => sum + (find('shop/web', port) ?? []).length, 0);
  };
  return { runs, compute };
}

function finding(pods: Readonly<Record<number, Pods>>) {
  const asked: number[] = [];
  const find: FindPods = (_, port) => {
    asked.push(port);
    return pods[port];
  };
  return { asked, find };
}

describe('computeIfChanged', () => {
  it('computes once while input and pods are equal', () => {
    const { runs, compute } = counting();
    const first = computeIfChanged(undefined, { input: ['a'], find: finding({ 80: [POD] }).find }, compute);

    const second = computeIfChanged(first, { input: ['a'], find: finding({ 80: [{ ...POD }] }).find }, compute);

    expect(runs).toEqual(['a']);
    expect(second).toBe(first);
    expect(first.result).toBe(2);
  });

  it.each<{ change: string; input?: readonly string[]; pods?: Readonly<Record<number, Pods>> }>([
    { change: 'the input differs', input: ['b'] },
    { change: 'a pod has come', pods: { 80: [POD, { ...POD, address: '10.0.0.2' }] } },
    { change: 'the last pod has gone', pods: { 80: [] } },
    { change: 'the port has gone', pods: {} },
    { change: 'a port has come that was looked for in vain', pods: { 80: [POD], 443: [] } },
  ])('computes again if $change', ({ input = ['a'], pods = { 80: [POD] } }) => {
    const { runs, compute } = counting();
    const first = computeIfChanged(undefined, { input: ['a'], find: finding({ 80: [POD] }).find }, compute);

    computeIfChanged(first, { input, find: finding(pods).find }, compute);

    expect(runs).toEqual(['a', input.join()]);
  });

  it('looks up the pods of a port once for each result', () => {
    const { compute } = counting();
    const { asked, find } = finding({ 80: [POD] });

    const { pods }: Computed<readonly string[], number> = computeIfChanged(undefined, { input: [], find }, compute);

    expect(asked).toEqual([80, 443]);
    expect(pods).toEqual([
      { service: 'shop/web', port: 80, found: [POD] },
      { service: 'shop/web', port: 443, found: undefined },
    ]);
  });
});
