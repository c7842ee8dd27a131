import { describe, expect, it } from '@jest/globals';
import type { ApplicationContent, WrittenApplication } from '../../../../src/core/applications/application.ts';
import { isUpToDate } from '../../../../src/core/applications/application.ts';
import { never } from '../a-session.ts';
import { STAFF, anAccessAccount } from './an-access-account.ts';

const HOST = 'app.example.com';
const CONTENT: ApplicationContent = {
  name: `${HOST} (cftunnel.io owner=test/shop/home)`,
  domain: HOST,
  policies: [],
  sessionDuration: '12h',
  loginMethods: [],
};

async function anAccount() {
  const cloud = await anAccessAccount();
  const { session, account } = cloud;
  const [first, second] = [
    await session.createAccessPolicy(account, STAFF, never),
    await session.createAccessPolicy(account, { ...STAFF, name: 'admins' }, never),
  ];
  return { ...cloud, policies: [second.id, first.id] };
}

function applicationIn(result: WrittenApplication) {
  if (result.kind !== 'written') throw new Error(result.kind);
  return result.application;
}

describe('an application', () => {
  it('is created with its policies in their order, and read as it was written', async () => {
    const { session, account, policies } = await anAccount();
    const content = { ...CONTENT, policies };

    const created = applicationIn(await session.createApplication(account, content, never));

    expect(created).toMatchObject({ ...content, type: 'self_hosted', domains: [HOST] });
    expect(created.audience).toMatch(/^[0-9a-f]{64}$/);
    expect(isUpToDate(created, content)).toBe(true);
    await expect(session.applications(account, 0, never)).resolves.toEqual([created]);
  });

  it('can let everyone in, and says so when it is read', async () => {
    const { session, account } = await anAccount();
    const content = { ...CONTENT, policies: 'everyone' as const };

    await session.createApplication(account, content, never);

    const [read] = await session.applications(account, 0, never);
    expect(read && isUpToDate(read, content)).toBe(true);
  });

  it('keeps its audience and what people have set when it is changed', async () => {
    const { session, account, policies, admin } = await anAccount();
    const { id, audience } = applicationIn(await session.createApplication(account, { ...CONTENT, policies }, never));
    const [stored] = admin.access.applications(account);
    admin.access.editApplication(id, { settings: { ...stored?.settings, custom_deny_message: 'Ask Ann' } });
    const [read] = await session.applications(account, 0, never);
    const content = { ...CONTENT, policies: 'everyone' as const };

    expect(read?.settings).toMatchObject({ custom_deny_message: 'Ask Ann' });
    const updated = applicationIn(
      await session.updateApplication(account, { id, settings: read?.settings ?? {}, content }, never),
    );

    expect(updated).toMatchObject({ audience, policies: 'everyone' });
    expect(updated.settings).toMatchObject({ custom_deny_message: 'Ask Ann' });
  });

  it('cannot be created where there is one, or changed or deleted where there is none', async () => {
    const { session, account } = await anAccount();
    const { id } = applicationIn(await session.createApplication(account, CONTENT, never));

    await expect(session.createApplication(account, CONTENT, never)).resolves.toEqual({ kind: 'taken' });
    await session.deleteApplication(account, id, never);
    await session.deleteApplication(account, id, never);
    await expect(session.updateApplication(account, { id, settings: {}, content: CONTENT }, never)).resolves.toEqual({
      kind: 'gone',
    });
    await expect(session.applications(account, 60_000, never)).resolves.toEqual([]);
  });

  it('that Cloudflare rejects is no failure of the others', async () => {
    const { session, account } = await anAccount();
    const content = { ...CONTENT, policies: ['11111111-2222-4333-8444-555555555555'] };

    await expect(session.createApplication(account, content, never)).resolves.toEqual({
      kind: 'refused',
      why: expect.stringContaining(`Cannot create the Access application for ${HOST}`),
    });
  });

  it('may exist if the answer to its creation was lost', async () => {
    const { session, account, faults, admin } = await anAccount();
    await session.applications(account, 0, never);
    faults.add({ method: 'POST', times: 1, effect: { kind: 'drop-after' } });

    await expect(session.createApplication(account, CONTENT, never)).rejects.toMatchObject({ disposition: 'retry' });

    expect(session.hasAllApplications(account)).toBe(false);
    expect(admin.access.applications(account)).toHaveLength(1);
  });
});

it('reads a hundred applications in one call', async () => {
  const { session, account, calls } = await anAccount();
  for (let number = 0; number < 100; number += 1)
    await session.createApplication(account, { ...CONTENT, domain: `a${number}.example.com` }, never);
  const before = calls.entries.length;

  expect(await session.applications(account, 0, never)).toHaveLength(100);
  expect(calls.entries).toHaveLength(before + 1);
});
