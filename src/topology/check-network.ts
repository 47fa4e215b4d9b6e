import { ConfigError, type Issue, show } from '../base/errors.js';
import { reading } from '../base/validate.js';
import type { LinkGroup, Network } from './network.js';

const METHODS = [
  'next',
  'start',
  'end',
  'bandwidth',
  'latency',
  'group',
  'owner',
  'port',
  'name',
] as const satisfies readonly (keyof Network)[];

/** @throws ConfigError if the value is not a network. Does not check its methods. */
export function checkNetwork(network: unknown): asserts network is Network {
  const issues = reading(() => issuesOf(network), 'network');
  if (issues.length > 0) throw new ConfigError(issues);
}

function issuesOf(network: unknown): Issue[] {
  if (typeof network !== 'object' || network === null) {
    return [{ path: 'network', expected: 'a network, such as gridNetwork makes', got: show(network) }];
  }
  const parts = network as Readonly<Record<string, unknown>>;
  const issues: Issue[] = [];
  const expect = (fits: boolean, key: string, expected: string) => {
    if (!fits) issues.push({ path: `network.${key}`, expected, got: show(parts[key]) });
  };
  for (const [key, least] of Object.entries({ npus: 1, devices: 1, links: 0 })) {
    const count = parts[key];
    expect(Number.isSafeInteger(count) && (count as number) >= least, key, `a whole number of at least ${least}`);
  }
  const { groups } = network as Partial<Network>;
  const isGroup = (group: unknown) =>
    typeof group === 'object' && group !== null && typeof (group as Partial<LinkGroup>).name === 'string';
  expect(Array.isArray(groups) && Array.from(groups).every(isGroup), 'groups', 'a list of groups: { name }');
  for (const key of METHODS) expect(typeof parts[key] === 'function', key, 'a function');
  return issues;
}
