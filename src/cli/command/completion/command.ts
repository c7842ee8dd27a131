import type { CommandDefinition } from '../../frame/definition.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export const COMPLETION_COMMANDS: readonly CommandDefinition[] = [
  {
    name: 'completion',
    summary: 'Prints a script that completes this command line in a shell.',
    arguments: [{ name: 'shell', meaning: 'The shell.', choices: SHELLS }],
    flags: [],
    examples: [
      ['source <(cftunnel completion bash)', 'In this shell; in ~/.bashrc for every shell.'],
      ['cftunnel completion fish > ~/.config/fish/completions/cftunnel.fish', 'In fish.'],
    ],
    load: async () => ({ run: (await import('./run.ts')).printScript }),
  },
  {
    name: 'complete',
    isHidden: true,
    summary: 'Completes a command line. The script of `completion` calls it.',
    arguments: [{ name: 'words', meaning: 'The words so far.', isOptional: true, isVariadic: true }],
    flags: [],
    examples: [],
    load: async () => ({ run: (await import('./run.ts')).complete }),
  },
];
