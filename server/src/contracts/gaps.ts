/** What a contract should say and does not: who, for whom, how fresh, what it means. In words for people. */

import type { Contract, ContractForm } from './model.ts';

/** In the order in which readers ask. */
export function gapsOf(contract: Contract): readonly string[] {
  const wanted = WANTED[contract.form];
  const gaps = wanted.flatMap(([what, isSaid]) => (isSaid(contract) ? [] : [what]));
  const columns = contract.objects.flatMap(object => object.columns);
  const silent = columns.filter(column => column.description === undefined && column.businessDefinition === undefined);
  if (silent.length > 0 && columns.length > 0) {
    gaps.push(
      silent.length === columns.length
        ? 'what its columns mean'
        : `what ${silent
            .slice(0, 3)
            .map(column => `'${column.name}'`)
            .join(
              ', ',
            )}${silent.length > 3 ? ` and ${silent.length - 3} more columns` : ''} mean${silent.length === 1 ? 's' : ''}`,
    );
  }
  return gaps;
}

type Wanted = readonly (readonly [what: string, isSaid: (contract: Contract) => boolean])[];

const OWNER: Wanted[number] = ['who owns it', ({ owner }) => owner !== undefined];
const CONSUMERS: Wanted[number] = ['who reads it', ({ consumers }) => consumers.length > 0];
const SLA: Wanted[number] = ['how fresh and how available the data is', ({ sla }) => hasPromise(sla)];
const POLICY: Wanted[number] = ['what happens before a breaking change', ({ policy }) => policy !== undefined];
const CHANNEL: Wanted[number] = ['where changes are announced', ({ channel }) => channel !== undefined];
const DESCRIPTION: Wanted[number] = ['what the data is', ({ description }) => description !== undefined];

const WANTED: { readonly [form in ContractForm]: Wanted } = {
  seed: [OWNER, CONSUMERS, SLA, POLICY, CHANNEL],
  properties: [OWNER, CONSUMERS, SLA],
  odcs: [DESCRIPTION, OWNER, SLA, CHANNEL],
  dcs: [DESCRIPTION, OWNER, SLA],
  dbt: [],
};

/** A freshness of 0 hours is the blank of a template. */
function hasPromise({ others, ...sla }: Contract['sla']): boolean {
  const stated = Object.entries(sla).filter(
    ([fact, value]) => value !== undefined && !(fact === 'freshnessHours' && value === 0),
  );
  return stated.length > 0 || Object.keys(others).length > 0;
}
