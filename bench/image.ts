import { readFileSync } from 'node:fs';
import path from 'node:path';

const DOCKERFILE = path.resolve(import.meta.dirname, '../Dockerfile');
const DEPLOYMENT = path.resolve(import.meta.dirname, '../deploy/deployment.yaml');

/** How the image starts the operator. */
export interface Image {
  readonly environment: Readonly<Record<string, string>>;
  /** The arguments between Node and the program. */
  readonly nodeFlags: readonly string[];
}

/** Read from its Dockerfile, so that the measurement matches the shipped image. */
export function readImage(): Image {
  return parseImage(readFileSync(DOCKERFILE, 'utf8'));
}

/** The memory limit of the Deployment in MiB. `BENCH_MEMORY=512Mi` replaces it with a higher one. */
export function memoryLimit(): number {
  const limits = /limits:\s+memory: (\d+)Mi/.exec(readFileSync(DEPLOYMENT, 'utf8'))?.[1];
  return Number.parseInt(process.env['BENCH_MEMORY'] ?? limits ?? '', 10);
}

/** The image's Node options, with the share of the memory limit converted to the size in a container. */
export function inContainer(options: string, memoryMb: number): string {
  return options.replace(
    /--max-old-space-size-percentage=(\d+)/,
    (_, percent: string) => `--max-old-space-size=${Math.floor((memoryMb * Number(percent)) / 100)}`,
  );
}

/** The `ENV` and `ENTRYPOINT` instructions of a Dockerfile, each on one line. */
export function parseImage(dockerfile: string): Image {
  const lines = dockerfile.split('\n');
  const pairs = lines
    .filter((line) => line.startsWith('ENV '))
    .flatMap((line) => [...line.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)]);
  const entrypoint = lines.find((line) => line.startsWith('ENTRYPOINT '))?.slice('ENTRYPOINT '.length) ?? '[]';
  const command = JSON.parse(entrypoint) as readonly string[];
  return {
    environment: Object.fromEntries(pairs.map(([, name, quoted, plain]) => [name, quoted ?? plain ?? ''])),
    nodeFlags: command.filter((word) => word.startsWith('--')),
  };
}
