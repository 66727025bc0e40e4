/** Python's `date`, `datetime` and `timedelta`, without a clock. Times are kept in microseconds since 1970, zone-less. */

export type DateKind = 'date' | 'datetime' | 'timedelta' | 'time';

export class Dates {
  readonly kind: DateKind;
  /** Microseconds since 1970-01-01, or the length of a timedelta. */
  readonly micros: number;
  /** Offset from UTC in minutes for datetimes that have a zone. */
  readonly zone: number | undefined;

  constructor(kind: DateKind, micros: number, zone?: number) {
    this.kind = kind;
    this.micros = micros;
    this.zone = zone;
  }

  get key(): string {
    return `${this.kind}${this.micros}`;
  }

  compare(other: Dates): number {
    return this.micros < other.micros ? -1 : this.micros > other.micros ? 1 : 0;
  }
}

export const DAY = 86_400_000_000;
export const SECOND = 1_000_000;
