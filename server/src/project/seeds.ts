import type { OutputColumn, OutputColumns, PropertyFacts } from './facts.ts';

/** Columns of a seed from its CSV header; types only where YAML's `column_types` or `data_type` say them. */
export function seedColumns(text: string, properties: PropertyFacts | undefined): OutputColumns {
  const delimiter = properties?.config['delimiter'];
  const names = headerOf(text, typeof delimiter === 'string' && delimiter.length === 1 ? delimiter : ',');
  return {
    isComplete: names.length > 0,
    columns: names.map(
      (name): OutputColumn => ({
        name,
        quoted: properties?.config['quote_columns'] === true,
        type: undefined,
        nullable: 'unknown',
        derivation: 'declared',
        origins: [],
        definedHere: false,
      }),
    ),
  };
}

/** Fields of the first record, quotes resolved. */
function headerOf(text: string, delimiter: string): readonly string[] {
  const fields: string[] = [];
  let field = '';
  let inQuotes = false;
  let i = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  for (; i < text.length; i++) {
    const character = text[i] as string;
    if (inQuotes) {
      if (character === '"' && text[i + 1] === '"') {
        field += '"';
        i++;
      } else if (character === '"') inQuotes = false;
      else field += character;
    } else if (character === '"' && field === '') inQuotes = true;
    else if (character === delimiter) {
      fields.push(field);
      field = '';
    } else if (character === '\n' || character === '\r') break;
    else field += character;
  }
  fields.push(field);
  const trimmed = fields.map(one => one.trim());
  return trimmed.every(one => one === '') ? [] : trimmed;
}
