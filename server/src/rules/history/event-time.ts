/** The one time of a relation at which its rows happened: what a version of a dimension is looked up by. */

import type { ScopeRelation } from '../../project/infer/scopes.ts';
import { validityRole } from '../../project/validity-names.ts';
import type { ProjectView } from '../rule.ts';

/** `undefined` when the relation has none, or several. */
export function eventTimeOf(project: ProjectView, relation: ScopeRelation): string | undefined {
  if (relation.node !== undefined) {
    const said = [...project.meaningOf(relation.node).columns.values()].filter(one => one.role?.value === 'event-time');
    if (said.length > 0) return said.length === 1 ? said[0]?.name : undefined;
  }
  if (!relation.columns.isComplete) return undefined;
  const times = relation.columns.columns.filter(({ name, type }) => {
    if (AUDIT.test(name) || validityRole(name, project.config.validity)?.clarity === 'clear') return false;
    return type ? TIMES.has(type.family) : TIME_NAME.test(name);
  });
  return times.length === 1 ? times[0]?.name : undefined;
}

const TIMES: ReadonlySet<string> = new Set(['date', 'timestamp', 'timestamptz']);
/** Only for what is proposed, never for what is reported. */
const TIME_NAME = /(?:_at|_on|_date|_ts|_time|_timestamp|_datetime)$|^(?:date|timestamp|event_time)$/i;
/** When the load or the source touched the row. */
const AUDIT = /updat|modif|load|sync|ingest|extract|insert|process|etl|dbt|batch|deleted|^_/i;
