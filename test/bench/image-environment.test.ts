import { describe, expect, it } from '@jest/globals';
import { imageEnvironment, parseEnvironment } from '../../bench/image-environment.ts';

describe('the environment of an image', () => {
  it('is what its Dockerfile sets, quoted or not', () => {
    const dockerfile = 'FROM node\n# ENV IGNORED=1\nENV A=1 B="two words"\nRUN C=3 true\nENV D=4\n';
    expect(parseEnvironment(dockerfile)).toEqual({ A: '1', B: 'two words', D: '4' });
  });

  it('bounds the heap of the operator, so that its memory is a promise and not an accident', () => {
    expect(imageEnvironment()['NODE_OPTIONS']).toContain('--max-old-space-size=');
  });
});
