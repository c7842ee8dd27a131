/** The command line beside a running operator: what it shows is so, and what it waits for has happened. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dump } from 'js-yaml';
import { type CliProcess, type CliRun, startCli } from '../support/cli-process.ts';
import { useWorld } from '../support/shared.ts';
import { service, tunnel } from '../support/world-objects.ts';
import { exposed, ready, recordAt, remoteTunnels } from '../support/world-views.ts';

const world = useWorld();
let cli: CliProcess;

beforeAll(async () => {
  cli = await startCli(world);
  await world.addNamespace('steered');
  await world.kube.create(tunnel('steered/home'));
  await world.kube.create(service('steered/web', { hostname: 'web.example.com', tunnel: 'home' }));
  await exposed(world, 'steered/web', ['web.example.com']);
  await ready(world, 'steered/home');
});
afterAll(() => cli.stop());

function run(...args: readonly string[]): Promise<CliRun> {
  return cli.run(...args, '-n', 'steered');
}

describe('what it shows', () => {
  it('get lists the hostname and how it stands', async () => {
    expect(await run('get')).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        'HOSTNAME          LEADS TO                    TUNNEL         STATUS',
        'web.example.com   http://web.steered.svc:80   steered/home   Exposed',
        '',
      ].join('\n'),
    });
  });

  it('explain finds rule and record in place', async () => {
    const { code, stdout } = await run('explain', 'web.example.com');

    expect(code).toBe(0);
    expect(stdout).toContain('Rule      web.example.com -> http://web.steered.svc:80, published\n');
    expect(stdout).toContain(`Record    web.example.com CNAME ${recordAt(world, 'web.example.com')?.content} (zone `);
    expect(stdout).toContain('Status    Exposed: https://web.example.com\n');
  });

  it('check finds the operator leading', async () => {
    const { stdout } = await run('check');

    expect(stdout).toContain('  ok       It holds its Lease and works\n');
    expect(stdout).toContain('Tunnel steered/home\n  ok       It is ready\n');
    expect(stdout).toContain('  ok       DNS: it reads the records of ');
  });
});

it('plan foresees what the operator does', async () => {
  const file = join(cli.folder, 'api.yaml');
  const api = service('steered/api', { hostname: 'api.example.com', tunnel: 'home' });
  await writeFile(file, dump(api));

  const planned = await run('plan', '-f', file);
  await world.kube.create(api);
  await exposed(world, 'steered/api', ['api.example.com']);
  const after = await run('plan', '-f', file);

  expect(planned.code).toBe(3);
  expect(planned.stdout).toContain('+ rule    api.example.com -> http://api.steered.svc:80 (Service steered/api)\n');
  expect(planned.stdout).toContain(`+ record  api.example.com CNAME ${recordAt(world, 'api.example.com')?.content} `);
  expect(after).toEqual({ code: 0, stdout: 'Nothing would change.\n', stderr: '' });
});

describe('what it waits for', () => {
  it('reconcile repairs a record that somebody has deleted', async () => {
    world.cloudflare.admin.deleteRecord('example.com', recordAt(world, 'web.example.com')?.id ?? '');

    const { code, stdout } = await run('reconcile', 'home', '--wait');

    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining('Tunnel steered/home: compared with Cloudflare, and ready\n'),
    });
    expect(recordAt(world, 'web.example.com')).toBeDefined();
  });

  it('suspend ends when the operator has let go, and resume when it is ready again', async () => {
    expect(await run('suspend', 'home', '--wait')).toMatchObject({ code: 0 });
    const web = { hostname: 'late.example.com', tunnel: 'home' };
    await world.kube.create(service('steered/late', web));
    await world.settled();
    expect(recordAt(world, 'late.example.com')).toBeUndefined();

    expect(await run('resume', 'home', '--wait')).toMatchObject({ code: 0 });

    await exposed(world, 'steered/late', ['late.example.com']);
  });

  it('rotate ends when the new secret is in force', async () => {
    const before = remoteTunnels(world, 'test/steered/home')[0]?.secret;

    const { code, stdout } = await run('rotate', 'home', '--wait');

    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining('the token is rotated, and every connector has the new one\n'),
    });
    const after = remoteTunnels(world, 'test/steered/home')[0]?.secret ?? '';
    expect(after).not.toBe(before);
    expect(stdout).not.toContain(after);
  });

  it('ends with what is missing when the time is over', async () => {
    await world.kube.create(tunnel('steered/poor', { credentialsRef: { name: 'nowhere' } }));

    const { code, stderr } = await run('resume', 'poor', '--wait', '--timeout', '1s');

    expect(code).toBe(1);
    expect(stderr).toMatch(/^cftunnel: Tunnel steered\/poor/);
    await world.kube.delete('Tunnel', 'steered/poor');
  });
});

it('adopt takes over a tunnel, with its rules', async () => {
  const path = `/accounts/${world.cloudflare.accountId}/cfd_tunnel`;
  const body = { name: 'elder', config_src: 'cloudflare', tunnel_secret: Buffer.alloc(32, 'e').toString('base64') };
  const { id } = (await world.cloudflare.ask(path, { method: 'POST', body })) as { readonly id: string };
  const ingress = [{ hostname: 'nas.example.com', service: 'http://10.0.0.5:80' }, { service: 'http_status:404' }];
  await world.cloudflare.ask(`${path}/${id}/configurations`, { method: 'PUT', body: { config: { ingress } } });

  const { code, stdout, stderr } = await run('adopt', 'elder', '--apply');

  expect({ code, stdout }).toEqual({ code: 0, stdout: 'Tunnel steered/elder: created\n' });
  expect(stderr).toContain('nas.example.com -> http://10.0.0.5:80');
  const { status } = await ready(world, 'steered/elder');
  expect(status).toMatchObject({
    tunnelId: id,
    config: { existingRules: ['nas.example.com -> http://10.0.0.5:80'] },
  });
});

it('prints no secret, whatever it is asked', async () => {
  const asked = [
    ['get', '-o', 'wide'],
    ['explain', 'web.example.com', '-o', 'json'],
    ['check', '-o', 'yaml'],
    ['adopt', 'test/steered/home'],
  ];
  const secrets = [world.cloudflare.token, remoteTunnels(world, 'test/steered/home')[0]?.secret ?? ''];

  for (const args of asked) {
    const { stdout, stderr } = await run(...args);
    for (const secret of secrets) expect(stdout + stderr).not.toContain(secret);
  }
});
