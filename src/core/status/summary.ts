import type { Report } from './conditions.ts';

/** One report of several about the routes of one object at different Tunnels: the worst, or all URLs. */
export function summaryOf(reports: readonly Report[]): Report {
  const [first, ...others] = reports;
  if (first === undefined) throw new Error('there is nothing to summarize');
  const worst = reports.find(({ status }) => status === 'False') ?? reports.find(({ status }) => status === 'Unknown');
  if (worst !== undefined || others.length === 0) return worst ?? first;
  const messages = reports.map(({ message }) => message).filter((message) => message !== '');
  return { ...first, message: messages.join(', ') };
}
