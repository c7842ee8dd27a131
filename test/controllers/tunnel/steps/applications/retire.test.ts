import { describe, expect, it } from '@jest/globals';
import {
  deleteApplications,
  retireApplications,
} from '../../../../../src/controllers/tunnel/steps/applications/retire.ts';
import { OperatorError } from '../../../../../src/runtime/errors.ts';
import { anApplication } from '../../../../support/applications.ts';
import { aRoute } from '../../../../support/routes.ts';
import { type TunnelWorld } from '../../../../support/tunnel-world.ts';
import { HOST, OTHER, aWorld, stepIn } from './step.ts';

const FOREIGN = anApplication('c.example.com', { name: 'Payroll' });

function aWorldWith(...domains: readonly string[]): TunnelWorld {
  const world = aWorld([]);
  world.access.applications = [...domains.map((domain) => anApplication(domain)), FOREIGN];
  return world;
}

function left({ access }: TunnelWorld): readonly string[] {
  return access.applications.map(({ domain }) => domain);
}

describe('applications that nothing needs any more', () => {
  const served = [
    aRoute('open.example.com'),
    { ...aRoute(HOST), protection: { team: 'acme', audience: `aud of ${HOST}` } },
  ];

  it('are deleted, but those that a connector asks for', async () => {
    const world = aWorldWith(HOST, OTHER, 'needed.example.com');
    const { port, pass, access } = stepIn(world);
    const applications = {
      routes: [],
      withheld: [],
      refused: [],
      needed: new Set(['needed.example.com']),
      mayExist: true,
    };
    expect(await retireApplications(port, pass, { access, applications, served })).toBe(true);

    expect(left(world)).toStrictEqual([HOST, 'needed.example.com', 'c.example.com']);
    expect(world.log).toStrictEqual([`delete application ${OTHER}`, 'ApplicationDeleted']);
  });

  it('are deleted although one of them cannot be', async () => {
    const world = aWorldWith('a.example.com', OTHER);
    world.failures.set('delete application a.example.com', new OperatorError('CloudflareUnavailable', 'retry', 'down'));
    const { port, pass, access } = stepIn(world);
    const applications = { routes: [], withheld: [], refused: [], needed: new Set<string>(), mayExist: true };
    expect(await retireApplications(port, pass, { access, applications, served })).toBe(true);

    expect(left(world)).toStrictEqual(['a.example.com', 'c.example.com']);
    expect([...pass.stages.reports.keys()]).toStrictEqual(['ConfigReady']);
  });

  it('cost nothing where there are none', async () => {
    const world = aWorldWith(OTHER);
    world.failures.set('list applications', new OperatorError('CloudflareUnavailable', 'retry', 'later'));
    const { port, pass, access } = stepIn(world);
    const applications = { routes: [], withheld: [], refused: [], needed: new Set<string>(), mayExist: false };
    expect(await retireApplications(port, pass, { access, applications, served })).toBe(false);

    expect(world.log).toStrictEqual([]);
  });
});

describe('the applications of a deleted Tunnel', () => {
  it('are deleted, and those of others stay', async () => {
    const world = aWorldWith(HOST, OTHER);
    const { port, pass, access } = stepIn(world);

    expect(await deleteApplications(port, pass, access)).toBe('deleted');
    expect([left(world), world.log]).toStrictEqual([
      ['c.example.com'],
      [`delete application ${HOST}`, 'ApplicationDeleted', `delete application ${OTHER}`, 'ApplicationDeleted'],
    ]);
  });

  it('are waited for while one may have been created', async () => {
    const world = aWorldWith(HOST);
    world.access.hasAll = false;
    const { port, pass, access } = stepIn(world);

    await expect(deleteApplications(port, pass, access)).rejects.toMatchObject({
      reason: 'Deleting',
      disposition: 'wait',
      message: 'Waiting until Cloudflare shows whether an Access application was created',
    });
    expect(left(world)).toStrictEqual(['c.example.com']);
  });
});
