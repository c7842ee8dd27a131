/** The sandbox for other people: Node runs no TypeScript from node_modules, so it is shipped as JavaScript. */
export default {
  input: { sandbox: 'sandbox/sandbox.ts', 'sandbox-main': 'sandbox/main.ts' },
  platform: 'node',
  external: ['utf-8-validate', 'bufferutil', 'supports-color'],
  output: {
    dir: 'dist',
    format: 'esm',
    sourcemap: true,
    banner: (chunk) => (chunk.name === 'sandbox-main' ? '#!/usr/bin/env node' : ''),
    cleanDir: false,
  },
};
