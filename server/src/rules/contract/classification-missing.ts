import type { Span } from '../../base/span.ts';
import type { PlacedContract } from '../../contracts/model.ts';
import { entryOf, mapOf, scalarOf, textAt } from '../../syntax/yaml/access.ts';
import type { YamlMap } from '../../syntax/yaml/tree.ts';
import { defineRule, insert, type RuleFix, replace, suggest } from '../rule.ts';

const LEVELS = ['public', 'internal', 'confidential', 'restricted'];

export default defineRule({
  summary: 'A data set that nobody has called public, internal, confidential or restricted.',
  why: 'Access is then given by habit, and personal data ends where everybody reads.',
  details:
    'Looks at contracts without a classification of their own, of an object or of a column, and at catalog entries without `access.classification`. Off unless turned on.',
  severity: 'info',
  default: 'off',
  on: ['contract', 'yaml:file'],
  check(subject, { report }) {
    if ('contract' in subject) {
      const { contract, root } = subject;
      if (isClassified(contract)) return;
      report(
        contract.nameAt,
        `'${contract.facts.name ?? 'This contract'}' does not say who may see the data. Classify it as public, internal, confidential or restricted.`,
        {
          fixes:
            contract.facts.form === 'seed' || contract.facts.form === 'properties'
              ? fixesIn(mapOf(root, 'contract'), subject.text)
              : [],
        },
      );
      return;
    }
    for (const { kind, root } of subject.known) {
      const dataset = kind === 'catalog' ? mapOf(root, 'dataset') : undefined;
      const access = mapOf(dataset, 'access');
      if (!dataset || textAt(access, 'classification')) continue;
      const name = scalarOf(dataset, 'name');
      const written = entryOf(access, 'classification');
      report(
        written?.key.span ?? name?.span ?? dataset.span,
        `'${name?.text ?? 'This data set'}' does not say who may see it. Classify it as public, internal, confidential or restricted.`,
        {
          fixes: written
            ? LEVELS.map(level => suggest(`Classify as ${level}`, replaceValue(written.value.span, level)))
            : [],
        },
      );
    }
  },
  examples: {
    'a contract': `
      //- contracts/orders.contract.yml
      contract:
        name: orders
              ^^^^^^ info: 'orders' does not say who may see the data
        version: "1.0.0"
        schema: [{ column: order_id, type: integer }]
      -> Classify as internal
      //- contracts/orders.contract.yml
      contract:
        name: orders
        classification: internal
        version: "1.0.0"
        schema: [{ column: order_id, type: integer }]
    `,
    'a catalog entry': `
      //- catalog.yml
      dataset:
        name: orders
        owner_team: sales
        access:
          classification: ""
          ^^^^^^^^^^^^^^ does not say who may see it
      -> Classify as restricted
      //- catalog.yml
      dataset:
        name: orders
        owner_team: sales
        access:
          classification: restricted
    `,
    'classified as a whole, or by column': `
      //- contracts/orders.contract.yml
      contract:
        name: orders
        version: "1.0.0"
        classification: internal
        schema: [{ column: order_id, type: integer }]
      //- contracts/customers.odcs.yaml
      apiVersion: v3.1.0
      kind: DataContract
      id: customers
      version: 1.0.0
      status: active
      schema: [{ name: customers, properties: [{ name: email, classification: restricted }] }]
      //- catalog.yml
      dataset: { name: orders, tier: gold, access: { classification: public } }
    `,
  },
});

function isClassified({ facts }: PlacedContract): boolean {
  return (
    facts.classification !== undefined ||
    facts.objects.some(
      object =>
        object.classification !== undefined || object.columns.some(column => column.classification !== undefined),
    )
  );
}

function fixesIn(map: YamlMap | undefined, text: string): readonly RuleFix[] {
  const empty = entryOf(map, 'classification');
  if (empty) return LEVELS.map(level => suggest(`Classify as ${level}`, replaceValue(empty.value.span, level)));
  const name = entryOf(map, 'name');
  if (!map || !name || map.flow) return [];
  const line = text.lastIndexOf('\n', name.key.span.start - 1) + 1;
  const indent = ' '.repeat(name.key.span.start - line);
  const end = text.indexOf('\n', name.value.span.end);
  const at = end < 0 ? text.length : text[end - 1] === '\r' ? end - 1 : end;
  return LEVELS.map(level => suggest(`Classify as ${level}`, insert(at, `\n${indent}classification: ${level}`)));
}

/** An empty value has no place of its own: behind the colon it needs a blank. */
function replaceValue(at: Span, level: string) {
  return replace(at, at.end > at.start ? level : ` ${level}`);
}
