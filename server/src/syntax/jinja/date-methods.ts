/** Methods of dates. */

import { argument, integerArgument, textArgument } from './arguments.ts';
import { type DateFields, fieldsOf, formatTime, isoCalendar, isoFormat, microsOf, weekdayOf } from './date-format.ts';
import { DAY, Dates, SECOND } from './dates.ts';
import { type CallArguments, Fault, Float, Tuple, Unknown, type Value } from './values.ts';

export function dateMethod(date: Dates, name: string, args: CallArguments): Value | Fault {
  if (args.positional.some(value => value instanceof Unknown)) return new Unknown('a date that cannot be computed');
  if (date.kind === 'timedelta') return name === 'total_seconds' ? new Float(date.micros / SECOND) : undefined;
  switch (name) {
    case 'strftime':
      return formatTime(date, textArgument(args, 0, 'format') ?? '');
    case 'isoformat':
      return isoFormat(date, textArgument(args, 0, 'sep') ?? 'T');
    case 'date':
      return new Dates('date', Math.floor(date.micros / DAY) * DAY);
    case 'time':
      return new Dates('time', date.micros - Math.floor(date.micros / DAY) * DAY);
    case 'weekday':
      return weekdayOf(date);
    case 'isoweekday':
      return weekdayOf(date) + 1;
    case 'isocalendar':
      return new Tuple(isoCalendar(date));
    case 'toordinal':
      return Math.floor(date.micros / DAY) + 719_163;
    case 'timestamp':
      return new Float((date.micros - (date.zone ?? 0) * 60 * SECOND) / SECOND);
    case 'astimezone':
      return new Unknown('a time in another zone');
    case 'replace': {
      const fields = { ...fieldsOf(date) } as { -readonly [K in keyof DateFields]: DateFields[K] };
      const names = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;
      names.forEach((part, i) => {
        fields[part] = integerArgument(args, i, part) ?? fields[part];
      });
      fields.micro = integerArgument(args, 6, 'microsecond') ?? fields.micro;
      const micros = microsOf(fields);
      if (micros === undefined) return new Fault('There is no such day or time.');
      const zone = argument(args, 7, 'tzinfo');
      return new Dates(date.kind, micros, zone === null ? undefined : date.zone);
    }
    default:
      return undefined;
  }
}
