import { expect, it } from '@jest/globals';
import type { CloudflaredConfig } from '../../../../src/core/ingress/rule.ts';
import { TunnelMemories } from '../../../../src/controllers/tunnel/pass/memory.ts';
import { renderedConfig } from '../../../../src/controllers/tunnel/pass/rendered-config.ts';
import { aTunnel } from '../../../support/builders.ts';

const CATCH_ALL = { service: 'http_status:404' };

function rulesFor(...hostnames: readonly string[]): CloudflaredConfig {
  return {
    tunnel: 't',
    'credentials-file': '/c',
    ingress: [...hostnames.map((hostname) => ({ hostname, service: 'http://a:80' })), CATCH_ALL],
  };
}

it('renders equal rules once, and others anew', () => {
  const pass = { memory: new TunnelMemories().of(aTunnel('shop/home')) };
  const rendered: CloudflaredConfig[] = [];
  const port = { renderConfig: (rules: CloudflaredConfig) => `text ${rendered.push(rules)}` };

  const texts = [rulesFor('a'), rulesFor('a'), rulesFor('b'), rulesFor('a', 'b'), rulesFor('b', 'a')].map((rules) =>
    renderedConfig(port, pass, rules),
  );

  expect(texts).toEqual(['text 1', 'text 1', 'text 2', 'text 3', 'text 4']);
});
