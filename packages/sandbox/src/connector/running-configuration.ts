import { load } from 'js-yaml';
import type { ConfigurationApplied, ConfigurationPush } from '../edge/wire/request-kind.ts';
import { parseIngress } from './ingress-rules.ts';
import type { Log } from './log-line.ts';
import type { ConfigForm } from './go-decoding.ts';
import { effectiveConfiguration, reportedConfiguration } from './reported-configuration.ts';
import { RuleTable, type RuleTableOptions } from './rule-table.ts';

const NO_RULES =
  'No ingress rules were defined in provided config (if any) nor from the cli, cloudflared will return 503 for all incoming HTTP requests';

/** The active rules: those of the file, until the edge pushes others. */
export class RunningConfiguration {
  readonly #options: RuleTableOptions;
  readonly #log: Log;
  #rules: RuleTable;
  #config: unknown;
  #form: ConfigForm = 'yaml';
  #version = -1;

  /** Throws if the file is invalid. */
  constructor(yaml: string | undefined, options: RuleTableOptions, log: Log) {
    this.#options = options;
    this.#log = log;
    this.#config = load(yaml ?? '{}') ?? {};
    this.#rules = this.#tableOf(this.#config, 'yaml');
    if (this.#rules.size === 0) log('WRN', NO_RULES);
  }

  get rules(): RuleTable {
    return this.#rules;
  }

  /** As `/config` reports it. */
  describe(): unknown {
    return effectiveConfiguration(this.#config, this.#form);
  }

  /** As reported to the edge, which then cannot change it. */
  report(): unknown {
    return reportedConfiguration(this.#config);
  }

  /** -1 while the rules of the file are active. */
  get version(): number {
    return this.#version;
  }

  /** Applies a newer, valid configuration as a whole. Requests in progress keep their rules. */
  apply({ version, config }: ConfigurationPush): ConfigurationApplied {
    if (version <= this.#version) return { lastAppliedVersion: this.#version, err: null };
    try {
      if (typeof config !== 'object' || config === null) throw new Error('the configuration is not an object');
      const rules = this.#tableOf(config, 'json');
      this.#rules.close();
      this.#rules = rules;
      this.#config = config;
      this.#form = 'json';
      this.#version = version;
      this.#log('INF', 'Updated to new configuration', { config: JSON.stringify(config), version });
      return { lastAppliedVersion: version, err: null };
    } catch (error) {
      this.#log('ERR', 'Failed to update ingress', { error: (error as Error).message, version });
      return { lastAppliedVersion: this.#version, err: {} };
    }
  }

  #tableOf(config: unknown, form: ConfigForm): RuleTable {
    return new RuleTable(parseIngress(config, form), this.#options);
  }
}
