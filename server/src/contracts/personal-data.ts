/**
 * Columns that hold personal data, by their names. A name is held against what it ends in: over some 14,000 names of public
 * projects, words anywhere in a name were right for one in nine, words at its end, less the false friends below, for nineteen in
 * twenty.
 */

import type { TypeFamily } from '../project/facts.ts';

export type PersonalClass =
  | 'email'
  | 'phone'
  | 'name'
  | 'government id'
  | 'birth'
  | 'postal address'
  | 'ip address'
  | 'payment'
  | 'special category'
  | 'credential'
  | 'device';

export interface PersonalData {
  readonly class: PersonalClass;
  /** `an email address`, for messages. */
  readonly words: string;
  /** Of the others one in ten or more is no personal data after all. */
  readonly isLikely: boolean;
}

interface Pattern {
  readonly class: PersonalClass;
  readonly words: string;
  readonly isLikely: boolean;
  readonly ends: RegExp;
  /** Numbers can be it too. */
  readonly mayBeNumber?: boolean;
}

const PERSON =
  '(?:customer|user|patient|employee|member|contact|person|student|learner|payer|recipient|applicant|owner|guest|driver|subscriber|buyer|seller|cardholder|beneficiary|instructor|author)';

const PATTERNS: readonly Pattern[] = [
  { class: 'email', words: 'an email address', isLikely: true, ends: /(?:^|_)e?mail(?:s|_address|_addresses)?$/ },
  {
    class: 'phone',
    words: 'a phone number',
    isLikely: true,
    ends: /(?:^|_)(?:phone|telephone|phone_number|phone_no|mobile_phone|mobile_number|cell_phone|fax|msisdn)$/,
    mayBeNumber: true,
  },
  {
    class: 'name',
    words: 'the name of a person',
    isLikely: false,
    ends: new RegExp(
      `(?:^|_)(?:first|last|middle|given|family|maiden)_?name$|(?:^|_)surname$|^full_name$|(?:^|_)${PERSON}_(?:full_)?name$|(?:^|_)username$`,
    ),
  },
  {
    class: 'government id',
    words: 'a number of a government',
    isLikely: true,
    ends: /(?:^|_)(?:ssn|social_security_number|passport_number|passport_no|national_id|national_id_number|itin|nhs_number|drivers?_licen[cs]e(?:_number|_no)?)$/,
    mayBeNumber: true,
  },
  {
    class: 'birth',
    words: 'a date of birth',
    isLikely: true,
    ends: /(?:^|_)(?:dob|date_of_birth|birth_date|birthdate|birthday|year_of_birth|birth_year)$/,
    mayBeNumber: true,
  },
  {
    class: 'postal address',
    words: 'a postal address',
    isLikely: true,
    ends: /(?:^|_)(?:street|street_address|address(?:_line)?_?[123])$|(?:^|_)(?:customer|user|patient|employee|member|contact|billing|shipping|home|mailing|postal)_(?:address|zip|zip_code|zipcode|postal_code|postcode|lat|latitude|lon|lng|longitude)$/,
  },
  { class: 'ip address', words: 'an IP address', isLikely: true, ends: /(?:^|_)ip(?:_address|_addr|v4|v6)?$/ },
  {
    class: 'payment',
    words: 'a number of a card or account',
    isLikely: true,
    ends: /(?:^|_)(?:card_number|card_no|credit_card|credit_card_number|cvv|cvc|iban|bank_account_number|routing_number)$|^(?:pan|account_number)$/,
    mayBeNumber: true,
  },
  {
    class: 'special category',
    words: 'a fact about a person that the law protects',
    isLikely: false,
    ends: /(?:^|_)(?:gender|sex|race|ethnicity|religion|marital_status)$/,
  },
  {
    class: 'credential',
    words: 'a secret',
    isLikely: true,
    ends: /(?:^|_)(?:password|passwd|secret|client_secret|api_key|access_token|refresh_token)$/,
  },
  {
    class: 'device',
    words: 'what identifies a device',
    isLikely: false,
    ends: /(?:^|_)(?:user_agent|idfa|imei|mac_address)$/,
  },
];

/** Words in front that make it something about the fact. */
const FALSE_START =
  /^(?:is|has|can|enable|enabled|allow|allows|show|count|num|n|avg|missing|valid|hashed|masked|hash|suppress|total)_|_is_opted_in$/;
/** People of no one's own: those of an organisation. */
const ORGANISATION =
  /(?:^|_)(?:agency|support|course_contact|feed_contact|company|org|organization|organisation|store|vendor|merchant|department|provider|facility|practice|office|branch|warehouse)_/;
/** Other words that end alike: inpatient stays, checks of a payment service. */
const FALSE_FRIEND =
  /_checks?_|(?:^|_)default_\w*ip$|(?:^|_)(?:membership|ownership|relationship)$|(?:^|_)(?:server|host|node|destination)_ip(?:_address)?$/;
/** Tables of a blockchain, where addresses are those of contracts. */
const CHAIN = /^(?:tx_hash|block_number|contract_address|block_time)$/;

/** True when the names are those of a table of a blockchain. */
export function isOfChain(names: readonly string[]): boolean {
  return names.some(name => CHAIN.test(snake(name)));
}

export interface PersonalContext {
  readonly type?: TypeFamily | undefined;
  /** Name of the table. */
  readonly table?: string;
  /** Names of the other columns beside it. */
  readonly beside?: readonly string[];
  /** Names, or ends of names, that the project calls personal too. */
  readonly more?: readonly string[];
  /** Names that the project knows are harmless. */
  readonly allowed?: readonly string[];
}

/** `undefined` for all that is likely no personal data. */
export function personalDataOf(column: string, context: PersonalContext = {}): PersonalData | undefined {
  const name = snake(column);
  if (context.allowed?.some(one => snake(one) === name)) return undefined;
  if (context.more?.some(one => name === snake(one) || name.endsWith(`_${snake(one)}`)))
    return { class: 'special category', words: 'personal data', isLikely: true };
  if (context.type === 'boolean' || FALSE_START.test(name) || FALSE_FRIEND.test(name) || ORGANISATION.test(name))
    return undefined;
  const isNumber = context.type === 'integer' || context.type === 'decimal' || context.type === 'float';
  for (const pattern of PATTERNS) {
    if (!pattern.ends.test(name) || (isNumber && !pattern.mayBeNumber)) continue;
    if (pattern.class === 'postal address') {
      const isElsewhere = isOfChain(context.beside ?? []) || ORGANISATION.test(`${snake(context.table ?? '')}_`);
      if (isElsewhere) return undefined;
    }
    const isPerson = pattern.class === 'name' && new RegExp(`${PERSON}_(?:full_)?name$`).test(name);
    return { class: pattern.class, words: pattern.words, isLikely: pattern.isLikely && !isPerson };
  }
  return undefined;
}

/** Names that are so already. */
const SNAKE = /^[a-z0-9]+(?:_[a-z0-9]+)*$/;

/** `customerEmail`, `Customer Email` and `CUSTOMER_EMAIL__c` as `customer_email`. */
function snake(name: string): string {
  if (SNAKE.test(name)) return name;
  return name
    .replace(/__c$/i, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
}

const VALUES: readonly { readonly class: PersonalClass; readonly words: string; readonly is: RegExp }[] = [
  { class: 'email', words: 'an email address', is: /^[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+$/ },
  { class: 'government id', words: 'a social security number', is: /^\d{3}-\d{2}-\d{4}$/ },
  {
    class: 'ip address',
    words: 'an IP address',
    is: /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/,
  },
  { class: 'payment', words: 'an account number', is: /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/ },
];

/** By the values a seed holds: at least three, and nearly all of one kind. */
export function personalDataIn(values: readonly string[]): PersonalData | undefined {
  const filled = values.filter(value => value.trim() !== '').slice(0, 1_000);
  if (filled.length < 3) return undefined;
  for (const { class: found, words, is } of VALUES) {
    if (filled.filter(value => value.length < 200 && is.test(value.trim())).length >= filled.length * 0.9)
      return { class: found, words, isLikely: true };
  }
  return undefined;
}

const SENSITIVE_WORDS = 'pii|personal|personal[_ -]?data|sensitive|confidential|restricted|gdpr|phi|pci';
const SENSITIVE = new RegExp(`^(?:${SENSITIVE_WORDS})$`, 'i');
const META_KEYS = [
  'pii',
  'contains_pii',
  'is_pii',
  'has_pii',
  'sensitive',
  'personal_data',
  'classification',
  'data_classification',
];

/** The words alone: asked first, since that is fast and nearly always enough. */
const MENTIONS = /pii|personal|sensitive|confidential|restricted|gdpr|phi|pci|classification/i;
/** Keys of `meta`, and tags where a value or an item of a list may stand. */
const MAY_TAG = new RegExp(
  `(?:${META_KEYS.join('|')})["']?\\s*:|(?<![a-z0-9])pii(?![a-z0-9])|[-[,:>|]\\s*(?:[&!][\\w!]*\\s+)*["']?(?:${SENSITIVE_WORDS})["']?\\s*(?:[\\],#}]|$)`,
  'im',
);

/** False for YAML in which nothing stands that `taggedAs` takes for a mark. */
export function mayTag(yaml: string): boolean {
  return MENTIONS.test(yaml) && MAY_TAG.test(yaml);
}

/** What somebody wrote about a column's protection: `sensitive` for personal, confidential or restricted data. */
export function taggedAs(
  meta: { readonly [key: string]: unknown },
  tags: readonly string[] = [],
): 'sensitive' | 'harmless' | undefined {
  if (tags.some(tag => SENSITIVE.test(tag) || /(?:^|[:_-])pii(?:$|[:_-])/i.test(tag))) return 'sensitive';
  const own = meta['grainline'];
  const all = { ...meta, ...(typeof own === 'object' && own !== null ? (own as { [key: string]: unknown }) : {}) };
  let found: 'harmless' | undefined;
  for (const key of META_KEYS) {
    const value = all[key];
    if (value === undefined || value === null || value === '') continue;
    if (value === true || (typeof value === 'string' && (SENSITIVE.test(value) || /^(?:true|yes|high)$/i.test(value))))
      return 'sensitive';
    if (value !== false && typeof value === 'string' && !/^(?:public|internal|none|no|false|low)$/i.test(value))
      return 'sensitive';
    found = 'harmless';
  }
  return found;
}
