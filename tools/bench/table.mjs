/** Figures with their budgets. Times are given in milliseconds, whatever unit they are shown in. */
export class Table {
  #rows = [];

  add(name, value, unit, budget, isMet = (measured, limit) => measured < limit) {
    const shown = number => {
      if (unit === 's') return `${(number / 1000).toFixed(2)} s`;
      return `${number < 10 ? number.toFixed(1) : Math.round(number)} ${unit}`;
    };
    const verdict = budget === undefined ? '' : isMet(value, budget) ? 'met' : 'NOT MET';
    this.#rows.push([name, shown(value), budget === undefined ? '' : shown(budget), verdict]);
  }

  print() {
    const rows = [['', 'measured', 'budget', ''], ...this.#rows];
    const widths = [0, 1, 2].map(i => Math.max(...rows.map(row => row[i].length)));
    for (const [name, ...rest] of rows) {
      console.log(
        `${name.padEnd(widths[0])}  ${rest[0].padStart(widths[1])}  ${rest[1].padStart(widths[2])}  ${rest[2]}`.trimEnd(),
      );
    }
  }
}
