/**
 * The steps of a pass over a Tunnel. A rule goes before its record, so that connectors serve a hostname before it
 * resolves; on the way back the record goes before its rule. A step that fails holds up only the steps that need it:
 * while Cloudflare is unavailable, the connectors are still kept running on the stored credentials.
 */
import type { TunnelPart } from '../../api/conditions.ts';
import type { RecordView } from '../../core/dns/record-presence.ts';
import { configReport } from '../../core/status/config-report.ts';
import { connectorsReport, servesRules } from '../../core/status/connectors.ts';
import { disabledReport, recordsReports } from '../../core/status/records-report.ts';
import { type Step, runSteps, stepOf } from '../../runtime/steps.ts';
import type { Orphans } from './orphans.ts';
import type { Access } from './pass/ports.ts';
import { report } from './pass/report.ts';
import { type AppliedRulesPort, type ObservedRules, observeApplied } from './steps/applied-rules.ts';
import { type ConnectorsPort, type ObservedConnectors, runConnectors } from './steps/connectors.ts';
import { CREDENTIALS_ACCEPTED, type CredentialsPort, openAccess } from './steps/credentials.ts';
import { type InvisibleRecords, awaitInvisible, reportGivenUp } from './steps/dns-records/invisible-zones.ts';
import { knownRecords, leftoversOf } from './steps/dns-records/known-records.ts';
import { attemptIn, lookUpRecords } from './steps/dns-records/observe.ts';
import type { DnsRecordsPort } from './steps/dns-records/port.ts';
import { type SyncedRecords, syncRecords } from './steps/dns-records/sync.ts';
import type { Serving } from './steps/dns-records/write-zone.ts';
import { countForeign } from './steps/foreign-connectors.ts';
import { dropFormerConnectors } from './steps/former-connectors.ts';
import { adoptRules, publishConfig } from './steps/ingress-config.ts';
import type { KnownRecords, PublishedConfig } from './steps/rules.ts';
import { type RemoteConfigPort, podHashOf, publishRemotely } from './steps/remote-config.ts';
import {
  type Identity,
  type RemoteTunnelPort,
  type Stored,
  ensureRemote,
  readStored,
  reportAvailable,
  verifiedIdentity,
} from './steps/remote-tunnel.ts';
import { type TokenRotation, type TokenRotationPort, rotateToken } from './steps/token-rotation.ts';
import type { TunnelPass } from './pass/tunnel-pass.ts';

/** Each step reaches only for its own port. */
export interface StepPorts {
  readonly credentials: CredentialsPort;
  readonly remoteTunnel: RemoteTunnelPort;
  readonly tokenRotation: TokenRotationPort;
  readonly ingressConfig: RemoteConfigPort;
  readonly connectors: ConnectorsPort;
  readonly appliedRules: AppliedRulesPort;
  readonly dnsRecords: DnsRecordsPort;
  readonly orphans: Pick<Orphans, 'lookAtTunnels' | 'lookAtRecords'>;
}

/** What the steps add, each once. */
export interface Facts {
  readonly access: Access;
  readonly stored: Stored;
  /** Confirmed by Cloudflare. */
  readonly remote: Identity;
  readonly rotation: TokenRotation;
  /** Confirmed by Cloudflare, or proven by the stored credentials. */
  readonly identity: Identity;
  readonly adopted: true;
  readonly view: RecordView;
  readonly invisible: InvisibleRecords;
  readonly known: KnownRecords;
  readonly config: PublishedConfig;
  /** The hash that the connectors' pods are to carry. */
  readonly podHash: string;
  readonly connectors: ObservedConnectors;
  readonly applied: ObservedRules;
  readonly foreign: number;
  readonly isServed: boolean;
  readonly records: SyncedRecords;
}

export async function runTunnelSteps(ports: StepPorts, pass: TunnelPass): Promise<Partial<Facts>> {
  const steps = [
    ...tunnelSteps(ports, pass),
    ...lookups(ports, pass),
    ...servingSteps(ports, pass),
    ...recordSteps(ports, pass),
  ];
  const facts = await runSteps(steps, pass.stages);
  if (facts.known !== undefined && pass.settings.dnsMode === 'Disabled') reportDisabled(ports, pass, facts.known);
  return facts;
}

function reportDisabled({ dnsRecords }: StepPorts, pass: TunnelPass, known: KnownRecords): void {
  const leftovers = leftoversOf(dnsRecords, pass, known);
  report(pass.stages, 'DNSReady', disabledReport(leftovers, known.mayBeForgotten));
}

const step = stepOf<Facts, TunnelPart>();

type Steps = readonly Step<Facts, TunnelPart>[];

function tunnelSteps({ credentials, remoteTunnel, tokenRotation, orphans }: StepPorts, pass: TunnelPass): Steps {
  const { stages, memory } = pass;
  return [
    step({
      adds: 'access',
      stage: 'CredentialsReady',
      needs: [],
      run: async () => {
        const access = await openAccess(credentials, pass);
        memory.lastAccess = access;
        orphans.lookAtTunnels(access.accountId, access.tunnels);
        report(stages, 'CredentialsReady', CREDENTIALS_ACCEPTED);
        return access;
      },
    }),
    step({ adds: 'stored', stage: 'TunnelReady', needs: [], run: () => readStored(remoteTunnel, pass) }),
    step({
      adds: 'remote',
      stage: 'TunnelReady',
      needs: ['stored', 'access'],
      run: ({ access, stored }) => ensureRemote(remoteTunnel, pass, { access, stored }),
    }),
    step({
      adds: 'rotation',
      stage: 'TunnelReady',
      needs: ['stored', 'access', 'remote'],
      run: (facts) => rotateToken(tokenRotation, pass, facts),
    }),
    step({
      adds: 'identity',
      stage: 'TunnelReady',
      needs: ['stored'],
      run: async ({ remote, rotation, stored }) => {
        if (remote !== undefined) reportAvailable(pass, remote);
        return rotation?.identity ?? remote ?? verifiedIdentity(remoteTunnel, pass, stored);
      },
    }),
  ];
}

/** What has to be known of published rules and records before new rules are written. */
function lookups({ ingressConfig, dnsRecords, orphans }: StepPorts, pass: TunnelPass): Steps {
  return [
    step({
      adds: 'adopted',
      stage: 'ConfigReady',
      needs: ['identity'],
      run: () => adoptRules(ingressConfig, pass).then(() => true as const),
    }),
    step({
      adds: 'view',
      stage: 'DNSReady',
      needs: ['access'],
      run: async ({ access }) => {
        const view = await lookUpRecords(dnsRecords, pass, access.cloudflare);
        for (const [zone, records] of view?.records ?? []) orphans.lookAtRecords(zone.id, records);
        return view;
      },
    }),
    step({
      adds: 'invisible',
      stage: 'DNSReady',
      needs: [],
      run: async ({ view }) => awaitInvisible(dnsRecords, pass, view),
    }),
    step({
      adds: 'known',
      stage: 'DNSReady',
      needs: ['invisible'],
      run: async ({ view, invisible }) => knownRecords(dnsRecords, pass, { view, invisible }),
    }),
  ];
}

function servingSteps(ports: StepPorts, pass: TunnelPass): Steps {
  const { ingressConfig, connectors: port, tokenRotation, appliedRules } = ports;
  const { stages, tunnel, settings } = pass;
  return [
    settings.configMode === 'Remote' ? remoteConfigStep(ports, pass) : localConfigStep(ports, pass),
    step({
      adds: 'podHash',
      stage: 'ConfigReady',
      needs: [],
      run: async ({ config }) =>
        config?.podHash ?? (settings.configMode === 'Remote' ? podHashOf(ingressConfig, pass) : undefined),
    }),
    step({
      adds: 'connectors',
      stage: 'ConnectorsReady',
      needs: ['identity', 'podHash'],
      run: ({ identity, podHash }) =>
        runConnectors(port, pass, { config: podHash, credentials: identity.credentialsHash }),
    }),
    step({
      adds: 'foreign',
      // A failure concerns the tunnel, not the connectors, which keep serving.
      stage: 'TunnelReady',
      needs: ['access', 'identity'],
      run: async ({ access, identity, rotation, connectors }) => {
        if (rotation && connectors) await dropFormerConnectors(tokenRotation, pass, { access, rotation, connectors });
        return countForeign(pass, { access, tunnelId: identity.tunnelId, rollout: connectors?.rollout });
      },
    }),
    step({
      adds: 'applied',
      stage: 'ConnectorsReady',
      needs: ['connectors', 'config', 'identity'],
      run: async ({ connectors, config, identity, access }) =>
        config.remote === undefined
          ? { isApplied: servesRules(connectors.rollout, connectors.isSettled), behind: [], isLate: false }
          : observeApplied(appliedRules, pass, {
              ...config.remote,
              readyReplicas: connectors.rollout.ready,
              access,
              ...identity,
            }),
    }),
    step({
      adds: 'isServed',
      stage: 'ConnectorsReady',
      needs: ['connectors'],
      run: async ({ connectors, config, applied, foreign = pass.memory.foreignConnectors }) => {
        const facts = {
          ...connectors,
          wanted: settings.replicas,
          foreign,
          ...(config?.remote && applied ? { applied } : {}),
        };
        report(stages, 'ConnectorsReady', connectorsReport(tunnel, facts));
        return applied?.isApplied;
      },
    }),
  ];
}

/** Reports what was published, and then the records that rules no longer wait for. */
async function published(
  { dnsRecords }: StepPorts,
  pass: TunnelPass,
  { config, invisible }: Pick<Facts, 'config' | 'invisible'>,
): Promise<PublishedConfig> {
  report(pass.stages, 'ConfigReady', configReport(config));
  await reportGivenUp(dnsRecords, pass, invisible);
  return config;
}

function localConfigStep(ports: StepPorts, pass: TunnelPass): Steps[number] {
  return step({
    adds: 'config',
    stage: 'ConfigReady',
    needs: ['identity', 'invisible', 'known'],
    run: async ({ identity, invisible, known }) => {
      const target = { tunnelId: identity.tunnelId, records: known };
      return published(ports, pass, { config: await publishConfig(ports.ingressConfig, pass, target), invisible });
    },
  });
}

function remoteConfigStep(ports: StepPorts, pass: TunnelPass): Steps[number] {
  return step({
    adds: 'config',
    stage: 'ConfigReady',
    needs: ['identity', 'invisible', 'known', 'access'],
    run: async ({ identity, invisible, known, access }) => {
      const target = { ...identity, cloudflare: access.cloudflare, records: known };
      return published(ports, pass, { config: await publishRemotely(ports.ingressConfig, pass, target), invisible });
    },
  });
}

function recordSteps({ dnsRecords }: StepPorts, pass: TunnelPass): Steps {
  const { stages, tunnel } = pass;
  return [
    step({
      adds: 'records',
      stage: 'DNSReady',
      needs: ['access', 'identity', 'view', 'config'],
      run: async (facts) => {
        const job = { port: dnsRecords, pass, cloudflare: facts.access.cloudflare, serving: servingOf(facts) };
        const records = await syncRecords({ ...job, attempt: attemptIn(pass) }, facts.view);
        for (const one of recordsReports(tunnel, records)) report(stages, 'DNSReady', one);
        return records;
      },
    }),
  ];
}

/** What the connectors serve, as far as it decides which records may be written. */
function servingOf({
  identity,
  config,
  connectors,
  isServed = false,
}: Pick<Facts, 'identity' | 'config'> & Partial<Facts>): Serving {
  const rules = Map.groupBy(config.served, ({ hostname }): string => hostname);
  const rollout = connectors?.rollout;
  return {
    tunnelId: identity.tunnelId,
    hasRule: (name) => rules.has(name),
    isServed: () => isServed,
    isRolling: rollout !== undefined && !isServed && rollout.gaveUp === undefined,
    sourcesOf: (name) => (rules.get(name) ?? []).map(({ source }) => source),
  };
}
