import type { TextEdit } from '../../base/edit.ts';
import {
  readSpecification,
  type SpecifiedAttribute,
  type SpecifiedDimension,
  specificationRoots,
} from '../../project/specifications.ts';
import { entryOf } from '../../syntax/yaml/access.ts';
import { defineRule, insert, type RuleFix, replace, safe, suggest } from '../rule.ts';

export default defineRule({
  summary:
    'An attribute of a specified dimension that does not say how it treats change, or says otherwise than its dimension.',
  why: 'Whether last year’s report shows the old or the new value is then decided by whoever writes the SQL.',
  details:
    'Looks at dimensional specifications. The fix writes the type of the dimension. An attribute contradicts its dimension when it wants a history that the dimension does not keep (2 in a type 1 dimension, 3 outside of types 3 and 6), and a dimension of type 2 contradicts its attributes when each of them is overwritten. Overwritten attributes beside historical ones are fine.',
  severity: 'info',
  on: 'yaml:file',
  check({ documents, text }, { report }) {
    if (specificationRoots(documents).length === 0) return;
    for (const dimension of readSpecification(documents).dimensions) {
      for (const attribute of dimension.attributes) {
        const contradiction = contradictionOf(attribute, dimension);
        if (contradiction !== undefined && attribute.scd) {
          const { at } = attribute.scd;
          const type = dimension.type?.value;
          report(at, contradiction, { fixes: [suggest(`Change to ${type}`, replace(at, String(type)))] });
        } else if (!attribute.scd) {
          const { name } = attribute;
          const message = `'${name.text}' does not say how it treats change: overwritten (1), a new version (2) or the previous value beside it (3). Without that, reports of the past show what the SQL happens to do.`;
          report(name.at, message, { fixes: declared(attribute, dimension, text) });
        }
      }
      const { type, attributes, name } = dimension;
      if (type?.value === 2 && attributes.length > 0 && attributes.every(one => (one.scd?.value ?? 2) < 2)) {
        report(
          type.at,
          `'${name.text}' keeps a row per version, but each of its attributes is overwritten: no change ever makes a version. Give the attributes whose past matters type 2.`,
        );
      }
    }
  },
  examples: {
    'not said, in each way an attribute is written': `
      //- specs/customers.yml
      dimensions:
        - name: dim_customers
          type: Type 2 (history)
          natural_key: customer_id
          attributes:
            - name: city   # where the parcel goes
                    ^^^^ info: 'city' does not say how it treats change
              source: crm
            - { name: country, scd_type: 1 }
            - { name: segment, source: crm }
                      ^^^^^^^ 'segment' does not say
            - tier
              ^^^^ 'tier' does not say
            - name: region
                    ^^^^^^ 'region' does not say
              scd_type: ""
      -> Declare type 2
      //- specs/customers.yml
      dimensions:
        - name: dim_customers
          type: Type 2 (history)
          natural_key: customer_id
          attributes:
            - name: city   # where the parcel goes
              scd_type: 2
              source: crm
            - { name: country, scd_type: 1 }
            - { name: segment, source: crm }
            - tier
            - name: region
              scd_type: ""
    `,
    'an empty value and a plain name': `
      //- specs/customers.yml
      dimensions:
        - name: dim_customers
          type: 1
          attributes:
            - name: region
                    ^^^^^^ does not say
              scd_type: ""
            - { name: city, scd_type: 1 }
      -> Declare type 1
      dimensions:
        - name: dim_customers
          type: 1
          attributes:
            - name: region
              scd_type: 1
            - { name: city, scd_type: 1 }
    `,
    'a history that the dimension does not keep': `
      //- specs/customers.yml
      dimensions:
        - name: dim_customers
          type: Type 1 (overwrite)
          attributes:
            - name: city
              scd_type: 2
                        ^ info: 'city' keeps its history, but 'dim_customers' is overwritten
            - { name: segment, scd_type: 1 }
        - name: dim_products
          type: 2
                ^ no change ever makes a version
          attributes:
            - { name: brand, scd_type: 1 }
      -> Change to 1
      //- specs/customers.yml
      dimensions:
        - name: dim_customers
          type: Type 1 (overwrite)
          attributes:
            - name: city
              scd_type: 1
            - { name: segment, scd_type: 1 }
        - name: dim_products
          type: 2
          attributes:
            - { name: brand, scd_type: 1 }
    `,
    'each said, some overwritten in a type 2 dimension': `
      //- specs/customers.yml
      dimensions:
        - name: dim_customers
          type: 2
          attributes:
            - { name: city, scd_type: 2 }
            - { name: email, scd_type: 1 }
        - name: dim_shops
          type: 6
          attributes: [{ name: region, scd_type: 3 }]
        - name: "dim_[entity]"
          type: ""
          attributes:
            - name: ""
              scd_type: ""
    `,
  },
});

/** Types of dimensions that can hold an attribute of the type; the others are told what is wrong. */
const HOLDING: { readonly [type: number]: readonly number[] } = { 2: [2, 4, 5, 6, 7], 3: [3, 6], 6: [6] };
const WORDS: { readonly [type: number]: string } = {
  2: 'keeps its history',
  3: 'keeps its previous value',
  6: 'keeps its history and its current value',
};
const TYPES: { readonly [type: number]: string } = {
  0: 'never changes (type 0)',
  1: 'is overwritten (type 1)',
  2: 'is of type 2',
  3: 'keeps previous values only (type 3)',
};

function contradictionOf({ name, scd }: SpecifiedAttribute, dimension: SpecifiedDimension): string | undefined {
  const type = dimension.type?.value;
  if (type === undefined || scd?.value === undefined || scd.value === type) return undefined;
  const holding = HOLDING[scd.value];
  if (!holding || holding.includes(type)) return undefined;
  return `'${name.text}' ${WORDS[scd.value]}, but '${dimension.name.text}' ${TYPES[type] ?? `is of type ${type}`}: only one of them can hold.`;
}

function declared(attribute: SpecifiedAttribute, dimension: SpecifiedDimension, text: string): readonly RuleFix[] {
  const type = dimension.type?.value;
  // In a hybrid each attribute has its own.
  if (type === undefined || type > 3) return [];
  const edit = declaration(attribute, type, text);
  return edit ? [safe(`Declare type ${type}`, edit)] : [];
}

function declaration({ name, map }: SpecifiedAttribute, type: number, text: string): TextEdit | undefined {
  if (!map) return replace(name.at, `{ name: ${text.slice(name.at.start, name.at.end)}, scd_type: ${type} }`);
  const empty = entryOf(map, 'scd_type');
  if (empty) {
    const { span } = empty.value;
    return span.end > span.start ? replace(span, String(type)) : insert(empty.key.span.end + 1, ` ${type}`);
  }
  if (map.flow) return insert(name.at.end, `, scd_type: ${type}`);
  const lineStart = text.lastIndexOf('\n', name.at.start - 1) + 1;
  const key = map.entries.find(entry => entry.key.text === 'name')?.key.span.start;
  if (key === undefined || key < lineStart) return undefined;
  const line = /\r?\n|$/.exec(text.slice(name.at.end));
  return insert(name.at.end + (line?.index ?? 0), `\n${' '.repeat(key - lineStart)}scd_type: ${type}`);
}
