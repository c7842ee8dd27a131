/** The version of this release, which every program that is built from it reports. */
import manifest from '../package.json' with { type: 'json' };

export const VERSION: string = manifest.version;
