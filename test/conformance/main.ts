/**
 * `npm run test:conformance`: the conformance suite of the Gateway API, unmodified, against the operator on the sandbox
 * with the real Envoy. Writes the report beside this file. `--run A,B`: only these tests, without a report. `--api real`:
 * on the etcd, kube-apiserver and kube-controller-manager in KUBEBUILDER_ASSETS, with a report of its own. `--log FILE`:
 * all output of the suite. `--operator-log FILE`: that of the operator.
 */
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    run: { type: 'string', default: '' },
    api: { type: 'string', default: 'sandbox' },
    log: { type: 'string' },
    'operator-log': { type: 'string' },
  },
});
// The modules of the world read it when they are loaded.
if (values.api === 'real') process.env['CFTUNNEL_TEST_API'] = 'real';
const { runConformance } = await import('./run.ts');
const only = values.run === '' ? [] : values.run.split(',');
const isPassed = await runConformance({ only, log: values.log, operatorLog: values['operator-log'] });
process.exit(isPassed ? 0 : 1);
