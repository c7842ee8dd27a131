import { describe, expect, it } from '@jest/globals';
import { parseImage, readImage } from '../../bench/image.ts';

describe('an image', () => {
  it('starts the operator as its Dockerfile says', () => {
    const dockerfile = [
      'FROM node',
      '# ENV IGNORED=1',
      'ENV A=1 B="two words"',
      'RUN C=3 true',
      'ENV D=4',
      'ENTRYPOINT ["/node", "--fast", "--slow=1", "/app/main.js"]',
    ].join('\n');

    expect(parseImage(dockerfile)).toEqual({
      environment: { A: '1', B: 'two words', D: '4' },
      nodeFlags: ['--fast', '--slow=1'],
    });
  });

  it('bounds the memory of the operator, so that it is a promise and not an accident', () => {
    const { environment, nodeFlags } = readImage();

    expect(environment['NODE_OPTIONS']).toContain('--max-old-space-size=');
    expect(nodeFlags).toEqual(['--no-maglev', '--no-turbofan']);
  });
});
