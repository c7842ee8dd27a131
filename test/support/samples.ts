/** Samples of metrics, as Prometheus scrapes them. */
import { type IncomingMessage, get } from 'node:http';

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_]\w*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** The samples in Prometheus' text format. `target`: the labels that a scrape adds. */
export function samplesIn(text: string, target: Readonly<Record<string, string>> = {}): readonly Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = LINE.exec(line) ?? [];
    if (name === undefined) return [];
    const own = Object.fromEntries([...labels.matchAll(LABEL)].map(([, label = '', quoted = '']) => [label, quoted]));
    return [{ name, labels: { ...own, ...target }, value: Number(value) }];
  });
}

/** The samples of a name whose labels include these. */
export function find(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): readonly Sample[] {
  return samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
}

/** A page of a pod, through the proxy to the pods of the cluster. */
export async function fetchFromPod(proxy: URL, url: string): Promise<string> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: proxy.hostname, port: proxy.port, path: url, agent: false }, resolve).once('error', reject);
  });
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) text += chunk;
  if (response.statusCode !== 200) throw new Error(`${url}: ${response.statusCode} ${text}`);
  return text;
}
