import { describe, expect, it } from '@jest/globals';
import type { Ingress, IngressClass } from '../../../../src/core/migrate/facts.ts';
import { FLAGS, aClass, anIngress, controller, found } from './a-controller.ts';

const annotated = (name: string) =>
  anIngress('shop/a', { className: 'x', annotations: { 'kubernetes.io/ingress.class': name } });

const served = (ingress: Ingress, flags: readonly string[], classes: readonly IngressClass[] = []) => {
  const deployments = [controller({ command: [...FLAGS, ...flags] })];
  return found({ deployments, ingresses: [ingress], ingressClasses: classes }).takeovers[0]?.rules.length === 1;
};

describe('an Ingress', () => {
  it.each<{
    name: string;
    ingress: Ingress;
    flags?: readonly string[];
    classes?: readonly IngressClass[];
    isServed: boolean;
  }>([
    { name: 'a class of its controller', ingress: anIngress('shop/a'), classes: [aClass('tunnel')], isServed: true },
    {
      name: 'a class of another controller',
      ingress: anIngress('shop/a'),
      classes: [aClass('tunnel', 'x')],
      isServed: false,
    },
    {
      name: 'a class of the controller that a flag names',
      ingress: anIngress('shop/a'),
      flags: ['--controller-class=x'],
      classes: [aClass('tunnel', 'x')],
      isServed: true,
    },
    { name: 'the annotation of the default class', ingress: annotated('cloudflare-tunnel'), isServed: true },
    {
      name: 'the annotation of the class of a flag',
      ingress: annotated('x'),
      flags: ['--ingress-class=x'],
      isServed: true,
    },
    {
      name: 'another annotation',
      ingress: annotated('cloudflare-tunnel'),
      flags: ['--ingress-class=x'],
      isServed: false,
    },
    { name: 'no class', ingress: { ...annotated('x'), spec: {} }, classes: [aClass('')], isServed: false },
  ])('with $name is served: $isServed', ({ ingress, flags = [], classes = [], isServed }) => {
    expect(served(ingress, flags, classes)).toBe(isServed);
  });

  it('that is not served as a whole is left out, and so is its default backend', () => {
    const ingresses = [anIngress('shop/b', { name: 'gone' }), anIngress('shop/a', { defaultBackend: {} })];

    expect(found({ ingresses }).problems).toStrictEqual([
      { effect: 'left', message: 'The defaultBackend of Ingress shop/a is not served today, so it is left out' },
      {
        effect: 'left',
        message: 'Ingress shop/b is not served today, because Service shop/gone does not exist, so it is left out',
      },
    ]);
  });
});
