/** Dates to text and back: `str`, `strftime`, `strptime`, `isoformat`. */

import { DAY, Dates, SECOND } from './dates.ts';

export interface DateFields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micro: number;
}

export function fieldsOf(date: Dates): DateFields {
  const days = Math.floor(date.micros / DAY);
  const rest = date.micros - days * DAY;
  const calendar = new Date(days * 86_400_000);
  return {
    year: calendar.getUTCFullYear(),
    month: calendar.getUTCMonth() + 1,
    day: calendar.getUTCDate(),
    hour: Math.floor(rest / (3600 * SECOND)),
    minute: Math.floor(rest / (60 * SECOND)) % 60,
    second: Math.floor(rest / SECOND) % 60,
    micro: rest % SECOND,
  };
}

/** `undefined` when there is no such day or time, or the year is not one of 1 to 9999. */
export function microsOf(fields: DateFields): number | undefined {
  const { year, month, day, hour, minute, second, micro } = fields;
  if (![year, month, day, hour, minute, second, micro].every(Number.isInteger)) return undefined;
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || micro < 0 || micro >= SECOND)
    return undefined;
  const calendar = new Date(0);
  calendar.setUTCFullYear(year, month - 1, day);
  return calendar.getTime() * 1000 + ((hour * 60 + minute) * 60 + second) * SECOND + micro;
}

export function daysInMonth(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

export function isoDate(f: DateFields): string {
  return `${pad(f.year, 4)}-${pad(f.month)}-${pad(f.day)}`;
}

export function isoTime(f: DateFields): string {
  return `${pad(f.hour)}:${pad(f.minute)}:${pad(f.second)}${f.micro > 0 ? `.${pad(f.micro, 6)}` : ''}`;
}

export function isoFormat(date: Dates, separator = 'T'): string {
  const fields = fieldsOf(date);
  if (date.kind === 'date') return isoDate(fields);
  if (date.kind === 'time') return isoTime(fields);
  return `${isoDate(fields)}${separator}${isoTime(fields)}${date.zone === undefined ? '' : zoneText(date.zone, ':')}`;
}

function zoneText(minutes: number, separator: string): string {
  const absolute = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(absolute / 60))}${separator}${pad(absolute % 60)}`;
}

/** `str(date)`. */
export function formatDates(date: Dates): string {
  if (date.kind !== 'timedelta') return isoFormat(date, ' ');
  const days = Math.floor(date.micros / DAY);
  const f = fieldsOf(date);
  const time = `${f.hour}:${pad(f.minute)}:${pad(f.second)}${f.micro > 0 ? `.${pad(f.micro, 6)}` : ''}`;
  return days === 0 ? time : `${days} day${Math.abs(days) === 1 ? '' : 's'}, ${time}`;
}

/** `repr(date)`. */
export function reprDates(date: Dates): string {
  const f = fieldsOf(date);
  switch (date.kind) {
    case 'date':
      return `datetime.date(${f.year}, ${f.month}, ${f.day})`;
    case 'datetime': {
      const time = f.second > 0 || f.micro > 0 ? `, ${f.second}${f.micro > 0 ? `, ${f.micro}` : ''}` : '';
      return `datetime.datetime(${f.year}, ${f.month}, ${f.day}, ${f.hour}, ${f.minute}${time})`;
    }
    case 'time':
      return `datetime.time(${f.hour}, ${f.minute})`;
    case 'timedelta': {
      const days = Math.floor(date.micros / DAY);
      const seconds = Math.floor((date.micros - days * DAY) / SECOND);
      const parts = [
        days ? `days=${days}` : '',
        seconds ? `seconds=${seconds}` : '',
        f.micro ? `microseconds=${f.micro}` : '',
      ];
      return `datetime.timedelta(${parts.filter(Boolean).join(', ') || '0'})`;
    }
  }
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** 0 is Monday. */
export function weekdayOf(date: Dates): number {
  return (((Math.floor(date.micros / DAY) + 3) % 7) + 7) % 7;
}

export function dayOfYear(f: DateFields): number {
  let days = f.day;
  for (let month = 1; month < f.month; month++) days += daysInMonth(f.year, month);
  return days;
}

/** ISO year, week and weekday (1 is Monday). */
export function isoCalendar(date: Dates): readonly [number, number, number] {
  const weekday = weekdayOf(date) + 1;
  // The week belongs to the year of its Thursday.
  const thursday = fieldsOf(new Dates('date', date.micros + (4 - weekday) * DAY));
  return [thursday.year, Math.floor((dayOfYear(thursday) - 1) / 7) + 1, weekday];
}

export function formatTime(date: Dates, format: string): string {
  const f = fieldsOf(date);
  const hour12 = f.hour % 12 === 0 ? 12 : f.hour % 12;
  return format.replace(/%([-#]?)([a-zA-Z%])/g, (whole, flag: string, letter: string) => {
    const number = (value: number, width = 2) => (flag ? String(value) : pad(value, width));
    switch (letter) {
      case 'Y':
        return pad(f.year, 4);
      case 'y':
        return number(f.year % 100);
      case 'm':
        return number(f.month);
      case 'd':
        return number(f.day);
      case 'H':
        return number(f.hour);
      case 'I':
        return number(hour12);
      case 'M':
        return number(f.minute);
      case 'S':
        return number(f.second);
      case 'f':
        return pad(f.micro, 6);
      case 'p':
        return f.hour < 12 ? 'AM' : 'PM';
      case 'j':
        return number(dayOfYear(f), 3);
      case 'A':
        return WEEKDAYS[weekdayOf(date)] ?? '';
      case 'a':
        return (WEEKDAYS[weekdayOf(date)] ?? '').slice(0, 3);
      case 'B':
        return MONTHS[f.month - 1] ?? '';
      case 'b':
      case 'h':
        return (MONTHS[f.month - 1] ?? '').slice(0, 3);
      case 'w':
        return String((weekdayOf(date) + 1) % 7);
      case 'u':
        return String(weekdayOf(date) + 1);
      case 'U':
        return number(Math.floor((dayOfYear(f) + 6 - ((weekdayOf(date) + 1) % 7)) / 7));
      case 'W':
        return number(Math.floor((dayOfYear(f) + 6 - weekdayOf(date)) / 7));
      case 'G':
        return pad(isoCalendar(date)[0], 4);
      case 'V':
        return number(isoCalendar(date)[1]);
      case 'F':
        return isoDate(f);
      case 'T':
      case 'X':
        return `${pad(f.hour)}:${pad(f.minute)}:${pad(f.second)}`;
      case 'D':
      case 'x':
        return `${pad(f.month)}/${pad(f.day)}/${pad(f.year % 100)}`;
      case 's':
        return String(Math.floor(date.micros / SECOND));
      case 'z':
        return date.zone === undefined ? '' : zoneText(date.zone, '');
      case 'Z':
        return date.zone === undefined ? '' : 'UTC';
      case '%':
        return '%';
      default:
        return whole;
    }
  });
}

/** `datetime.strptime`; `undefined` when the text does not fit the format. */
export function parseTime(text: string, format: string): Dates | undefined {
  const f = { year: 1900, month: 1, day: 1, hour: 0, minute: 0, second: 0, micro: 0 };
  let at = 0;
  let afternoon: boolean | undefined;
  let zone: number | undefined;
  const digits = (max: number): number | undefined => {
    let end = at;
    while (end < text.length && end - at < max && text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end++;
    if (end === at) return undefined;
    const value = Number(text.slice(at, end));
    at = end;
    return value;
  };
  const word = (names: readonly string[]): number | undefined => {
    const rest = text.slice(at, at + 10).toLowerCase();
    const found = names.findIndex(name => rest.startsWith(name.toLowerCase()));
    if (found < 0) return undefined;
    at += (names[found] as string).length;
    return found;
  };
  for (let i = 0; i < format.length; i++) {
    const character = format[i] as string;
    if (character !== '%') {
      if (character.trim() === '') while (at < text.length && (text[at] as string).trim() === '') at++;
      else if (text[at] === character) at++;
      else return undefined;
      continue;
    }
    const letter = format[++i];
    let value: number | undefined;
    switch (letter) {
      case 'Y':
        value = f.year = digits(4) ?? Number.NaN;
        break;
      case 'y':
        value = digits(2);
        f.year = value === undefined ? Number.NaN : value + (value < 69 ? 2000 : 1900);
        break;
      case 'm':
        value = f.month = digits(2) ?? Number.NaN;
        break;
      case 'd':
        value = f.day = digits(2) ?? Number.NaN;
        break;
      case 'H':
      case 'I':
        value = f.hour = digits(2) ?? Number.NaN;
        break;
      case 'M':
        value = f.minute = digits(2) ?? Number.NaN;
        break;
      case 'S':
        value = f.second = digits(2) ?? Number.NaN;
        break;
      case 'f': {
        const start = at;
        value = digits(6);
        if (value !== undefined) f.micro = value * 10 ** (6 - (at - start));
        break;
      }
      case 'p':
        value = word(['AM', 'PM']);
        afternoon = value === 1;
        break;
      case 'B':
        value = word(MONTHS);
        f.month = (value ?? Number.NaN) + 1;
        break;
      case 'b':
        value = word(MONTHS.map(m => m.slice(0, 3)));
        f.month = (value ?? Number.NaN) + 1;
        break;
      case 'A':
        value = word(WEEKDAYS);
        break;
      case 'a':
        value = word(WEEKDAYS.map(d => d.slice(0, 3)));
        break;
      case 'z': {
        const match = /^(?:Z|([+-])(\d\d):?(\d\d))/.exec(text.slice(at));
        if (!match) return undefined;
        at += match[0].length;
        value = zone = match[1] ? (Number(match[2]) * 60 + Number(match[3])) * (match[1] === '-' ? -1 : 1) : 0;
        break;
      }
      case '%':
        value = text[at] === '%' ? 0 : undefined;
        at++;
        break;
      default:
        return undefined;
    }
    if (value === undefined || Number.isNaN(value)) return undefined;
  }
  if (at < text.length) return undefined;
  if (afternoon !== undefined) f.hour = (f.hour % 12) + (afternoon ? 12 : 0);
  const micros = microsOf(f);
  return micros === undefined ? undefined : new Dates('datetime', micros, zone);
}
