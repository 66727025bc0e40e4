import { nearest } from '../../base/nearest.ts';
import type { SchemaFinding } from '../../contracts/schema-findings.ts';
import { validate } from '../../contracts/validate.ts';
import type { NodeFacts } from '../../project/facts.ts';
import { COLUMN_META_SCHEMA, MODEL_META_SCHEMA } from '../../project/meaning-meta.ts';
import { textAt, valueAt } from '../../syntax/yaml/access.ts';
import type { YamlMap, YamlNode, YamlScalar } from '../../syntax/yaml/tree.ts';
import { defineRule, type ProjectView, replace, suggest } from '../rule.ts';
import { type MetaPlace, metaPlaces } from './meta-places.ts';

export default defineRule({
  summary: 'A `meta.grainline` that says something nobody understands, or names a column that is not there.',
  why: 'What is misspelt is not known, and the rules that rest on it are silent: a type 2 dimension is then checked as if it kept no history.',
  details:
    'Looks at `meta.grainline` of models, seeds, snapshots, source tables and their columns, under `config:` or beside it, and in dbt_project.yml. Keys that begin with `x-` or `x_` are free. Names of columns are held against the output of the model where all of it is known; whether a type 2 dimension delivers its keys is told by type2-columns. The same form is in `schemas/meaning.schema.json` for editors.',
  severity: 'error',
  on: 'yaml:file',
  check({ documents }, { project, report }) {
    for (const place of metaPlaces(documents)) {
      for (const { message, span, replacement, severity } of findingsIn(place, project)) {
        report(span, message, {
          ...(severity ? { severity } : {}),
          fixes: replacement === undefined ? [] : [suggest(`Change to ${replacement}`, replace(span, replacement))],
        });
      }
    }
  },
  examples: {
    'a kind, a key and a number that do not exist': `
      //- models/schema.yml
      models:
        - name: dim_customers
          config:
            meta:
              grainline:
                kind: dimention
                      ^^^^^^^^^ error: 'dimention' is not one of fact, dimension
                natural_keys: customer_id
                ^^^^^^^^^^^^ error: did you mean 'natural_key'?
                scd: type 2
                     ^^^^^^ error: 'type 2' is not one of 0, 1, 2
          columns:
            - name: balance
              config: { meta: { grainline: { measure: semiadditive, over: date } } }
                                                      ^^^^^^^^^^^^ error: did you mean 'semi-additive'?
      -> Change to dimension
      //- models/schema.yml
      models:
        - name: dim_customers
          config:
            meta:
              grainline:
                kind: dimension
                natural_keys: customer_id
                scd: type 2
          columns:
            - name: balance
              config: { meta: { grainline: { measure: semiadditive, over: date } } }
    `,
    'columns that the model does not have': `
      //- models/schema.yml
      models:
        - name: fct_orders
          meta:
            grainline: { kind: fact, grain: [order_id, line_no] }
                                                       ^^^^^^^ error: 'fct_orders' has no column 'line_no'; did you mean 'line_nr'?
          columns:
            - name: stock
              meta: { grainline: { measure: semi-additive, over: [stock_date] } }
                                                                  ^^^^^^^^^^ error: has no column 'stock_date'
      //- models/fct_orders.sql
      {% set columns = ['order_id', 'line_nr', 'stock'] %}
      select {{ columns | join(', ') }} from {{ ref('stg_orders') }}
      ->
      //- models/schema.yml
      models:
        - name: fct_orders
          meta:
            grainline: { kind: fact, grain: [order_id, line_nr] }
          columns:
            - name: stock
              meta: { grainline: { measure: semi-additive, over: [stock_date] } }
    `,
    'words that do not go together': `
      //- models/schema.yml
      models:
        - name: dim_stores
          config: { meta: { grainline: { kind: dimension, form: transaction } } }
                                                                ^^^^^^^^^^^ warning: 'transaction' is a form of facts, and 'dim_stores' is declared as a dimension
          columns:
            - name: stock
              config: { meta: { grainline: { measure: semi-additive } } }
                                                      ^^^^^^^^^^^^^ warning: 'over' is missing
            - name: price
              config: { meta: { grainline: { measure: additive, over: day } } }
                                                                ^^^^ warning: only a semi-additive measure
            - name: region_key
              config: { meta: { grainline: { references: dim_region } } }
                                                         ^^^^^^^^^^ error: There is no model 'dim_region'; did you mean 'dim_regions'?
      //- models/dim_regions.sql
      select 1 as region_key
    `,
    'in dbt_project.yml, for a folder': `
      //- dbt_project.yml
      name: shop
      profile: shop
      models:
        shop:
          marts:
            +meta: { grainline: { kind: dimensions } }
                                        ^^^^^^^^^^ did you mean 'dimension'?
    `,
    'right, in all places where it may stand': `
      //- models/schema.yml
      models:
        - name: fct_stock
          meta:
            owner: sales
            grainline:
              kind: fact
              form: periodic-snapshot
              grain: [stock_date, product_key]
              x-ticket: DATA-12
          columns:
            - name: quantity
              config:
                meta:
                  grainline: { measure: semi-additive, over: stock_date, unit: pieces }
            - name: product_key
              meta: { grainline: { role: foreign-key, references: dim_products } }
        - name: dim_products
          config: { meta: { grainline: { kind: "{{ var('kind') }}", scd: 2, natural_key: product_id } } }
      //- models/fct_stock.sql
      select stock_date, product_key, quantity from {{ ref('stg_stock') }}
      //- models/dim_products.sql
      select * from {{ source('shop', 'products') }}
    `,
  },
});

/** Words people write for the keys. */
const MODEL_SYNONYMS: { readonly [written: string]: string } = {
  type: 'kind',
  scd_type: 'scd',
  business_key: 'natural_key',
  primary_key: 'grain',
  key: 'grain',
  degenerate_dimensions: 'degenerate',
  effective_from: 'valid_from',
  effective_to: 'valid_to',
};
const COLUMN_SYNONYMS: { readonly [written: string]: string } = {
  additivity: 'measure',
  type: 'role',
  scd_type: 'scd',
  business_definition: 'definition',
  non_additive_dimension: 'over',
  currency: 'unit',
};

function findingsIn(place: MetaPlace, project: ProjectView | undefined): readonly SchemaFinding[] {
  const { meta } = place;
  if (meta.kind === 'scalar') {
    if (meta.hasJinja || meta.value === null) return [];
    return [{ message: "'grainline' holds keys with values, such as `kind: fact`.", span: meta.span }];
  }
  const isColumn = place.column !== undefined;
  const schema = isColumn ? COLUMN_META_SCHEMA : MODEL_META_SCHEMA;
  const synonyms = isColumn ? COLUMN_SYNONYMS : MODEL_SYNONYMS;
  const misfits = validate(schema, meta, { synonyms });
  if (meta.kind !== 'map') return misfits;
  const node = nodeOf(place, project);
  return [
    ...misfits,
    ...(isColumn ? contradictionsOfColumn(meta) : contradictionsOfModel(meta, place)),
    ...(node && project ? unknownColumns(meta, node, isColumn, project) : []),
    ...(project ? unknownModels(meta, project) : []),
  ];
}

function nodeOf(place: MetaPlace, project: ProjectView | undefined): NodeFacts | undefined {
  const { name, source } = place;
  if (name === undefined) return undefined;
  return project?.resolve(source === undefined ? { kind: 'ref', name } : { kind: 'source', source, name });
}

/* --------------------------------------------------- words beside each other */

const FACT_FORMS = new Set(['transaction', 'periodic-snapshot', 'accumulating-snapshot', 'factless']);
const SATELLITE_FORMS = new Set(['multi-active', 'effectivity', 'insert-only']);

function contradictionsOfModel(meta: YamlMap, { name }: MetaPlace): readonly SchemaFinding[] {
  const form = valueAt(meta, 'form');
  const kind = textAt(meta, 'kind');
  if (form?.kind !== 'scalar' || form.hasJinja || kind === undefined || kind.includes('{{')) return [];
  const belongs = FACT_FORMS.has(form.text) ? 'fact' : SATELLITE_FORMS.has(form.text) ? 'satellite' : kind;
  if (belongs === kind) return [];
  return [
    {
      message: `'${form.text}' is a form of ${belongs}s, and ${name === undefined ? 'this' : `'${name}'`} is declared as a ${kind}.`,
      span: form.span,
      severity: 'warning',
    },
  ];
}

function contradictionsOfColumn(meta: YamlMap): readonly SchemaFinding[] {
  const measure = valueAt(meta, 'measure');
  const over = valueAt(meta, 'over');
  if (measure?.kind === 'scalar' && measure.text === 'semi-additive' && !over) {
    const message =
      "A semi-additive measure must not be added up over some columns, and 'over' is missing: name the date or the like.";
    return [{ message, span: measure.span, severity: 'warning' }];
  }
  if (over && measure?.kind === 'scalar' && (measure.text === 'additive' || measure.text === 'non-additive')) {
    const message = `'over' has no effect here: only a semi-additive measure is tied to columns.`;
    return [{ message, span: keySpan(meta, 'over') ?? over.span, severity: 'warning' }];
  }
  return [];
}

function keySpan(meta: YamlMap, key: string): { readonly start: number; readonly end: number } | undefined {
  return meta.entries.find(entry => entry.key.text === key)?.key.span;
}

/* ------------------------------------------------------------ names elsewhere */

const COLUMNS_OF_MODEL = ['grain', 'durable_key', 'degenerate', 'valid_from', 'valid_to', 'is_current', 'weight'];
const KEYS_OF_MODEL = ['natural_key', 'surrogate_key'];
const COLUMNS_OF_COLUMN = ['over', 'unit_column', 'of'];

function unknownColumns(
  meta: YamlMap,
  node: NodeFacts,
  isColumn: boolean,
  project: ProjectView,
): readonly SchemaFinding[] {
  // What a type 2 dimension must deliver is the matter of type2-columns.
  const isType2 = node.declared.scd === 2;
  const keys = isColumn ? COLUMNS_OF_COLUMN : [...COLUMNS_OF_MODEL, ...(isType2 ? [] : KEYS_OF_MODEL)];
  const written = keys.flatMap(key => namesIn(valueAt(meta, key)));
  if (written.length === 0) return [];
  const delivered = project.columnsOf(node.id);
  if (!delivered?.isComplete) return [];
  const names = delivered.columns.map(one => one.name);
  const known = new Set(names.map(one => one.toLowerCase()));
  return written.flatMap(scalar => {
    if (known.has(scalar.text.toLowerCase())) return [];
    const meant = nearest(scalar.text, names);
    const hint = meant === undefined ? '.' : `; did you mean '${meant}'?`;
    return [{ message: `'${node.name}' has no column '${scalar.text}'${hint}`, ...placed(scalar, meant) }];
  });
}

function unknownModels(meta: YamlMap, project: ProjectView): readonly SchemaFinding[] {
  return ['references', 'history_table'].flatMap(key =>
    namesIn(valueAt(meta, key)).flatMap(scalar => {
      if (project.resolve({ kind: 'ref', name: scalar.text }) || !project.packagesComplete) return [];
      const meant = nearest(scalar.text, project.refNames());
      const hint = meant === undefined ? '.' : `; did you mean '${meant}'?`;
      return [{ message: `There is no model '${scalar.text}'${hint}`, ...placed(scalar, meant) }];
    }),
  );
}

function namesIn(node: YamlNode | undefined): readonly YamlScalar[] {
  const items = node?.kind === 'list' ? node.items : node ? [node] : [];
  return items.filter(
    (one): one is YamlScalar =>
      one.kind === 'scalar' && typeof one.value === 'string' && !one.hasJinja && one.text !== '',
  );
}

function placed(scalar: YamlScalar, meant: string | undefined): Pick<SchemaFinding, 'span' | 'replacement'> {
  const mark = scalar.style === 'double' ? '"' : scalar.style === 'single' ? "'" : '';
  return { span: scalar.span, ...(meant === undefined ? {} : { replacement: `${mark}${meant}${mark}` }) };
}
