import { describe, expect, it } from '@jest/globals';
import { inContainer, memoryLimit, parseImage, readImage } from '../../bench/image.ts';

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

  it('limits the memory of the operator', () => {
    const { environment, nodeFlags } = readImage();

    expect(environment['NODE_OPTIONS']).toContain('--max-old-space-size-percentage=38');
    expect(memoryLimit()).toBe(256);
    expect(nodeFlags).toEqual(['--no-maglev', '--no-turbofan']);
  });

  it('is measured with the heap limit of a container of a given size', () => {
    const options = '--max-semi-space-size=1 --max-old-space-size-percentage=38';

    expect(inContainer(options, 256)).toBe('--max-semi-space-size=1 --max-old-space-size=97');
    expect(inContainer(options, 512)).toBe('--max-semi-space-size=1 --max-old-space-size=194');
    expect(inContainer('--max-old-space-size=96', 512)).toBe('--max-old-space-size=96');
  });
});
