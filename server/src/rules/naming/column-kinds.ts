/** The kinds of columns that names are held to, and which names of each say enough. */

import type { ColumnSlot } from '../../project/conventions.ts';
import type { ColumnKind } from './column-kind.ts';

const CLAIMS = new Set(
  (
    'is are was were be been has had have can could may might must should will would shall did do does use uses used in on ' +
    'not no never ever any all every found marked exists needs wants allows contains includes requires accepts supports ' +
    'sends receives owns wins matches belongs applies counts'
  ).split(' '),
);

/** What a setting tells to do: `show_item`, `require_signature`. */
const COMMANDS = new Set(
  'show hide enable disable allow deny block send require include exclude ignore skip keep force accept reject auto'.split(
    ' ',
  ),
);
/** Nouns that tell a value, not whether something is so: `is_status` says nothing. */
const VALUES = new Set(
  (
    'status state stage phase type kind category class group mode level grade score rank option setting preference choice check ' +
    'result outcome value code name reason source answer response condition direction method'
  ).split(' '),
);

/** `is_` in front of it makes a claim: `active`, `paid`, `newsletter_subscriber`. */
function canBeClaimed(name: string): boolean {
  const words = name
    .split('_')
    .filter(word => word !== '' && !/^(?:flag|flg|ind|indicator|yn|bool|boolean)$/.test(word));
  return !COMMANDS.has(words[0] ?? '') && words[0] !== 'to' && !VALUES.has(words.at(-1) ?? '');
}

/** A verb at the start or inside, or a mark of flags. */
function isClaim(name: string): boolean {
  const words = name.split('_').filter(word => word !== '');
  const first = words[0] ?? '';
  if (CLAIMS.has(first) || (words.length > 1 && COMMANDS.has(first)) || name.startsWith('to_be_')) return true;
  // `allows_returns`: a verb of the third person with its object.
  if (words.length > 1 && /[a-z]{3}[^s]s$/.test(words[0] ?? '') && !/(?:us|is)$/.test(words[0] ?? '')) return true;
  // `ran_on_warehouse`, `converted_to_paid`: what happened, and where.
  if (
    words.length > 2 &&
    /^(?:ran|went|[a-z]{2,}ed)$/.test(words[0] ?? '') &&
    /^(?:on|in|to|by|at|from|with|as|for|out|off)$/.test(words[1] ?? '')
  )
    return true;
  return words.slice(1).some(word => /^(?:is|are|has|was|had|can|flag|flg|ind|indicator|yn|enabled|opt)$/.test(word));
}

const PERIOD = /(?:^|_)(?:day|week|month|quarter|year|period)s?(?:_|$)/;
const SHORT_PERIOD = /(?:^|_)(?:minute|hour|day|date|week|month|quarter|year|period)s?(?:_|$)/;
const ZONE =
  /_(?:at|on|ts|time|timestamp|datetime)_(?:utc|local|pacific|eastern|central|mountain|et|pt|ct|est|pst|cet|gmt|tz|ntz|ltz|\d+)$/;
const RATIO =
  /(?:^|_)(?:rate|ratio|pct|percent|percentage|perc|share|proportion|fraction|probability|margin|coverage|factor|score|avg|average|mean|per|index)(?:_|$)/;
/** Words that are keys of their own. */
const NATURAL = new Set(
  (
    'email mail slug description code number no sku isbn ean upc url uri path address symbol ticker name title version date day week month ' +
    'quarter year hour minute time timestamp datetime at on login handle username hash tag label type status iso iso2 iso3 currency country state zip postcode'
  ).split(' '),
);

export const COLUMN_KINDS: { readonly [S in ColumnSlot]: ColumnKind } = {
  boolean: {
    slot: 'boolean',
    singular: 'boolean',
    plural: 'booleans',
    advice: 'A name that is a claim cannot be taken for a value.',
    isClear: isClaim,
    canBeRenamed: canBeClaimed,
  },
  timestamp: {
    slot: 'timestamp',
    singular: 'timestamp',
    plural: 'timestamps',
    advice: 'Its name should tell a moment from a day.',
    isExempt: name => SHORT_PERIOD.test(name) || ZONE.test(name),
    isClear: name => /(?:^|_)(?:at|ts|time|timestamp|datetime|tstamp)(?:_|$)/.test(name),
  },
  date: {
    slot: 'date',
    singular: 'date',
    plural: 'dates',
    advice: 'Its name should tell a day from a moment.',
    isExempt: name => PERIOD.test(name) || /(?:^|_)date_(?:\d+|utc|local)$/.test(name),
    isClear: name =>
      /(?:^|_)(?:date|dt|dob|birthday|today|yesterday)(?:_|\d|$)/.test(name) ||
      /_(?:start|end|from|to|on|since|until)$/.test(name),
  },
  key: {
    slot: 'key',
    singular: 'key',
    plural: 'keys',
    advice: 'Whoever joins should see what to join on.',
    isExempt: name => NATURAL.has(name.slice(name.lastIndexOf('_') + 1)),
    isClear: name => /(?:^|_)(?:ids?|identifier|key|uuid|guid|oid|pk|fk|sk|hash|ref|reference)(?:_|$)/.test(name),
  },
  surrogate_key: {
    slot: 'surrogate_key',
    singular: 'surrogate key',
    plural: 'surrogate keys',
    advice: "A key that the warehouse made should be told from the source's own.",
    isClear: name => /(?:^|_)(?:key|uuid|guid|pk|sk|hash)(?:_|$)/.test(name),
  },
  amount: {
    slot: 'amount',
    singular: 'amount',
    plural: 'amounts',
    advice: 'A measure whose name says that it is money is not taken for a price or a number of things.',
    isClear: name => /(?:^|_)(?:amount|amt)(?:_|$)/.test(name),
  },
  count: {
    slot: 'count',
    singular: 'count',
    plural: 'counts',
    advice: 'Its name should say that it is a number of things.',
    isClear: name => /^(?:n|num|number|count|total)_|(?:^|_)(?:count|cnt|number|total)(?:_|$)|[^s]s$/.test(name),
  },
  ratio: {
    slot: 'ratio',
    singular: 'ratio',
    plural: 'ratios',
    advice: 'A name that says ratio keeps people from summing it.',
    isExempt: name => RATIO.test(name),
    isClear: name => RATIO.test(name),
  },
};
