/** `modules`: the parts of Python's datetime, pytz, re and itertools that dbt offers. */

import { iterate } from './access.ts';
import { argument, integerArgument, textArgument } from './arguments.ts';
import { microsOf, parseTime } from './date-format.ts';
import { DAY, Dates, SECOND } from './dates.ts';
import type { Evaluator } from './evaluator.ts';
import { regexModule } from './modules-re.ts';
import {
  type CallArguments,
  Callable,
  Fault,
  hasUnknown,
  List,
  numberOf,
  Thing,
  Tuple,
  Unknown,
  type Value,
} from './values.ts';

export function modulesThing(evaluator: Evaluator): Value {
  const modules = new Map<string, Value>([
    ['datetime', datetimeModule(evaluator)],
    ['pytz', new Thing('pytz', name => new Unknown(`a time zone (pytz.${name})`))],
    ['re', regexModule(evaluator)],
    ['itertools', itertoolsModule(evaluator)],
  ]);
  return new Thing(
    'modules',
    name => modules.get(name),
    key => (typeof key === 'string' ? modules.get(key) : undefined),
  );
}

const NOW = 'the current time';

function datetimeModule(evaluator: Evaluator): Thing {
  const dated = (name: string, make: (args: CallArguments) => Value | Fault) =>
    new Callable(name, (args, site) => {
      const values = [...args.positional, ...args.keywords.values()];
      const unknown = values.find(value => value instanceof Unknown);
      if (unknown instanceof Unknown) return unknown;
      return evaluator.settle(make(args), site);
    });
  const now = (name: string) => new Callable(name, () => new Unknown(NOW));
  const wrong = new Fault('There is no such day or time.');
  const make = (kind: 'date' | 'datetime') => (args: CallArguments) => {
    const names = ['year', 'month', 'day', 'hour', 'minute', 'second', 'microsecond'];
    const [year = Number.NaN, month = Number.NaN, day = Number.NaN, hour = 0, minute = 0, second = 0, micro = 0] =
      names.map((name, i) => (kind === 'date' && i > 2 ? 0 : integerArgument(args, i, name)));
    const micros = microsOf({ year, month, day, hour, minute, second, micro });
    return micros === undefined ? wrong : new Dates(kind, micros);
  };
  const fromIso = (kind: 'date' | 'datetime') => (args: CallArguments) => {
    const text = textArgument(args, 0, 'date_string') ?? '';
    if (hasUnknown(text)) return new Unknown('a date that cannot be computed');
    const formats = [
      '%Y-%m-%d',
      '%Y-%m-%dT%H:%M:%S',
      '%Y-%m-%d %H:%M:%S',
      '%Y-%m-%dT%H:%M:%S.%f',
      '%Y-%m-%d %H:%M:%S.%f',
      '%Y-%m-%dT%H:%M:%S%z',
      '%Y-%m-%dT%H:%M',
      '%Y-%m-%d %H:%M',
    ];
    for (const format of formats) {
      const date = parseTime(text, format);
      if (date) return kind === 'date' ? new Dates('date', date.micros) : date;
    }
    return wrong;
  };
  const datetime = new Callable(
    'datetime',
    dated('datetime', make('datetime')).call,
    new Map<string, Value>([
      ['now', now('now')],
      ['utcnow', now('utcnow')],
      ['today', now('today')],
      [
        'strptime',
        dated('strptime', args => {
          const text = textArgument(args, 0, 'date_string') ?? '';
          if (hasUnknown(text)) return new Unknown('a date that cannot be computed');
          const format = textArgument(args, 1, 'format') ?? '';
          return parseTime(text, format) ?? new Fault(`'${text.slice(0, 60)}' is no date in the form '${format}'.`);
        }),
      ],
      ['fromisoformat', dated('fromisoformat', fromIso('datetime'))],
      ['fromtimestamp', new Callable('fromtimestamp', () => new Unknown('a time in the local zone'))],
      [
        'utcfromtimestamp',
        dated(
          'utcfromtimestamp',
          args => new Dates('datetime', Math.round(Number(numberOf(argument(args, 0, 'timestamp')) ?? 0) * SECOND)),
        ),
      ],
      [
        'combine',
        dated('combine', args => {
          const [date, time] = args.positional;
          return date instanceof Dates && time instanceof Dates
            ? new Dates('datetime', Math.floor(date.micros / DAY) * DAY + time.micros)
            : wrong;
        }),
      ],
    ]),
  );
  const date = new Callable(
    'date',
    dated('date', make('date')).call,
    new Map<string, Value>([
      ['today', now('today')],
      ['fromisoformat', dated('fromisoformat', fromIso('date'))],
      [
        'fromordinal',
        dated(
          'fromordinal',
          args => new Dates('date', ((integerArgument(args, 0, 'ordinal') ?? 719_163) - 719_163) * DAY),
        ),
      ],
    ]),
  );
  const timedelta = dated('timedelta', args => {
    const units = [
      ['days', DAY],
      ['seconds', SECOND],
      ['microseconds', 1],
      ['milliseconds', 1000],
      ['minutes', 60 * SECOND],
      ['hours', 3600 * SECOND],
      ['weeks', 7 * DAY],
    ] as const;
    let micros = 0;
    units.forEach(([name, size], i) => {
      micros += Number(numberOf(argument(args, i, name, 0)) ?? 0) * size;
    });
    return new Dates('timedelta', Math.round(micros));
  });
  const time = dated('time', args => {
    const [hour = 0, minute = 0, second = 0] = ['hour', 'minute', 'second'].map((name, i) =>
      integerArgument(args, i, name),
    );
    return new Dates('time', ((hour * 60 + minute) * 60 + second) * SECOND);
  });
  const parts = new Map<string, Value>([
    ['datetime', datetime],
    ['date', date],
    ['timedelta', timedelta],
    ['time', time],
    ['timezone', new Unknown('a time zone')],
    ['UTC', new Unknown('a time zone')],
  ]);
  return new Thing('datetime', name => parts.get(name));
}

const MAX_PRODUCT = 100_000;

function itertoolsModule(evaluator: Evaluator): Thing {
  const lists = (args: CallArguments): Value[][] | Unknown => {
    const found: Value[][] = [];
    for (const value of args.positional) {
      if (value instanceof Unknown) return value;
      found.push(iterate(value, evaluator) ?? []);
    }
    return found;
  };
  const overLists = (
    name: string,
    make: (items: Value[][], args: CallArguments) => Value[][] | undefined,
    flat = false,
  ) =>
    new Callable(name, args => {
      const items = lists(args);
      if (items instanceof Unknown || args.open) return new Unknown(`the result of itertools.${name}`);
      const rows = make(items, args);
      if (!rows || !evaluator.spend(rows.length)) {
        evaluator.stop('its lists grow too long');
        return new Unknown('a list that is too long');
      }
      return new List(flat ? rows.flat() : rows.map(row => new Tuple(row)));
    });
  const parts = new Map<string, Value>([
    [
      'product',
      overLists('product', (items, args) =>
        product(
          Array.from(
            { length: Math.max(1, Math.min(20, Number(numberOf(args.keywords.get('repeat')) ?? 1))) },
            () => items,
          ).flat(),
        ),
      ),
    ],
    ['chain', overLists('chain', items => items, true)],
    [
      'zip_longest',
      overLists('zip_longest', (items, args) => {
        const length = Math.max(0, ...items.map(list => list.length));
        const fill = args.keywords.get('fillvalue') ?? null;
        return Array.from({ length }, (_, i) => items.map(list => (i < list.length ? list[i] : fill)));
      }),
    ],
    [
      'combinations',
      new Callable('combinations', args => {
        const source = args.positional[0];
        const size = integerArgument(args, 1, 'r') ?? 0;
        const items = source instanceof Unknown ? undefined : iterate(source, evaluator);
        if (!items) return new Unknown('the result of itertools.combinations');
        const rows = combinations(items, size);
        if (!rows || !evaluator.spend(rows.length)) {
          evaluator.stop('its lists grow too long');
          return new Unknown('a list that is too long');
        }
        return new List(rows.map(row => new Tuple(row)));
      }),
    ],
  ]);
  return new Thing('itertools', name => parts.get(name) ?? new Unknown(`itertools.${name}`));
}

function product(lists: readonly Value[][]): Value[][] | undefined {
  let rows: Value[][] = [[]];
  for (const list of lists) {
    if (rows.length * list.length > MAX_PRODUCT) return undefined;
    rows = rows.flatMap(row => list.map(item => [...row, item]));
  }
  return rows;
}

function combinations(items: readonly Value[], size: number): Value[][] | undefined {
  const rows: Value[][] = [];
  const chosen: Value[] = [];
  const choose = (from: number): boolean => {
    if (chosen.length === size) return rows.push([...chosen]) <= MAX_PRODUCT;
    for (let i = from; i <= items.length - (size - chosen.length); i++) {
      chosen.push(items[i]);
      const goesOn = choose(i + 1);
      chosen.pop();
      if (!goesOn) return false;
    }
    return true;
  };
  if (size < 0 || size > 100) return undefined;
  return choose(0) ? rows : undefined;
}
