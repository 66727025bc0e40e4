import { taggedAs } from '../../contracts/personal-data.ts';
import { plainName } from '../../contracts/promises.ts';
import { placesOf } from '../../project/column-places.ts';
import type { NodeFacts, OutputColumn, PropertyFacts } from '../../project/facts.ts';
import { lowerCase } from '../../syntax/sql/names.ts';
import { defineRule, type ProjectView } from '../rule.ts';

export default defineRule({
  summary: 'Personal or restricted data that reaches a mart as it is.',
  why: 'Marts are read by many people and tools that were never meant to see it.',
  details:
    'Follows columns that YAML or a contract marks as personal, confidential or restricted, from where they are marked through every model that hands them on: under their name or another, through stars, casts, lower(), trim() and coalesce(). Whatever hashes, masks, cuts, counts or tests the value ends it, and so does a transformation that nobody knows. Silent where the column of the mart is itself marked: then somebody decided so.',
  severity: 'warning',
  on: 'model',
  check({ node, columns }, { project, report }) {
    if (!project || project.classifiedColumns === 0 || !isOpen(node, project)) return;
    for (const { column, item } of columns) {
      if (item?.kind !== 'item' && item?.kind !== 'star') continue;
      if (tagOf(node, column.name, project) !== undefined) continue;
      const path = pathFrom(column, project, new Set());
      const [first] = path ?? [];
      if (!path || !first) continue;
      const steps = [...path.map(step => `${step.node}.${step.column}`), `${node.name}.${column.name}`];
      report(
        item.kind === 'item' ? (item.alias ?? item) : item,
        `'${first.column}' of ${first.node} is marked as ${first.tag} and reaches '${node.name}' as it is: ${steps.join(' → ')}. Hash, mask or leave it out, or mark the column here if it belongs here.`,
      );
    }
  },
  examples: {
    'through a staging model': `
      //- models/sources.yml
      sources:
        - name: crm
          tables:
            - name: people
              columns:
                - name: mail
                  meta: { pii: true }
                - name: id
      //- models/staging/stg_people.sql
      select id, lower(mail) as email from {{ source('crm', 'people') }}
      //- models/marts/dim_people.sql
      with people as (select * from {{ ref('stg_people') }})
      select id, email from people
                 ^^^^^ 'mail' of people is marked as personal data and reaches 'dim_people' as it is: people.mail → stg_people.email → dim_people.email
    `,
    'hashed, counted, cut': `
      //- models/sources.yml
      sources:
        - name: crm
          tables:
            - name: people
              columns: [{ name: mail, config: { meta: { pii: true } } }]
      //- models/marts/dim_people.sql
      with cleaned as (select lower(mail) as mail, md5(lower(mail)) as hashed from {{ source('crm', 'people') }})
      select lower(hashed) as email_hash, split_part(mail, '@', 2) as domain, mail is not null as has_mail
      from cleaned
      //- models/marts/fct_people.sql
      select count(distinct mail) as people from {{ source('crm', 'people') }}
    `,
    'marked in the mart too, and below the marts': `
      //- models/schema.yml
      sources:
        - name: crm
          tables:
            - name: people
              columns: [{ name: mail, tags: [pii] }]
      models:
        - name: dim_people
          columns: [{ name: mail, tags: [pii] }]
      //- models/marts/dim_people.sql
      select mail from {{ source('crm', 'people') }}
      //- models/intermediate/int_people.sql
      select mail from {{ source('crm', 'people') }}
    `,
    'nothing is marked': `
      //- models/marts/dim_people.sql
      select email from {{ source('crm', 'people') }}
    `,
  },
});

/** A mart, or a model that anybody may read. */
function isOpen(node: NodeFacts, project: ProjectView): boolean {
  if (node.kind !== 'model') return false;
  return (
    node.layer === 'mart' || node.properties?.access === 'public' || project.consumersOf(node).exposures.length > 0
  );
}

interface Step {
  readonly node: string;
  readonly column: string;
  /** In words, where it is marked. */
  readonly tag: string;
}

/** Columns on the way. */
const MAX_STEPS = 500;

/**
 * From where the column is marked, in order of the flow; `undefined` when nothing behind it is. `seen`: columns that were
 * looked behind already, in vain, since several may be made of the same.
 */
function pathFrom(column: OutputColumn, project: ProjectView, seen: Set<OutputColumn>): readonly Step[] | undefined {
  if (seen.has(column) || seen.size > MAX_STEPS) return undefined;
  seen.add(column);
  const { derivation } = column;
  const isCarried = derivation === 'passthrough' || derivation === 'rename' || derivation === 'star';
  for (const origin of column.origins) {
    const node = isCarried || origin.isReadable ? project.node(origin.node) : undefined;
    if (!node) continue;
    const tag = tagOf(node, origin.column, project);
    const step = { node: node.name, column: origin.column };
    if (tag === 'harmless') continue;
    if (tag !== undefined) return [{ ...step, tag }];
    const columns = project.columnsOf(node.id)?.columns ?? [];
    const before = columns[placesOf(columns).get(lowerCase(origin.column)) ?? -1];
    const path = before && pathFrom(before, project, seen);
    if (path) return [...path, { ...step, tag: '' }];
  }
  return undefined;
}

/** `harmless`, or in words what it is marked as. */
function tagOf(node: NodeFacts, column: string, project: ProjectView): string | undefined {
  const name = lowerCase(column);
  const tag = node.properties && tagsOf(node.properties).get(name);
  if (tag === 'harmless') return 'harmless';
  if (tag !== undefined) return 'personal data';
  for (const { object } of project.contractsOf(node.id)) {
    const promised = object.columns.find(one => plainName(one.name) === name);
    if (promised?.pii) return 'personal data';
    if (promised?.pii === false) return 'harmless';
    if (/^(?:confidential|restricted)$/i.test(promised?.classification ?? '')) return `${promised?.classification}`;
  }
  return undefined;
}

const tagsByEntry = new WeakMap<PropertyFacts, ReadonlyMap<string, Tag | undefined>>();

/** How YAML marks columns, by lower-case name; the first entry of a name counts. */
function tagsOf(entry: PropertyFacts): ReadonlyMap<string, Tag | undefined> {
  let tags = tagsByEntry.get(entry);
  if (tags === undefined) {
    const found = new Map<string, Tag | undefined>();
    for (const { name, meta, tags: words } of entry.columns) {
      const plain = plainName(name);
      if (!found.has(plain)) found.set(plain, taggedAs(meta, words));
    }
    tags = found;
    tagsByEntry.set(entry, tags);
  }
  return tags;
}

type Tag = ReturnType<typeof taggedAs>;
