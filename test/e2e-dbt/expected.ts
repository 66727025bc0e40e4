/**
 * What the generated models must hold after some loads, worked out from the sources by plain loops: nothing here knows how
 * the SQL does it.
 */

import { columnsOf } from '../generate/sample.ts';
import type { Load } from './loads.ts';

export type Value = string | number | boolean | null;
export type Fields = { readonly [column: string]: Value };

/** The sources as they stand after the loads. */
export function sourcesAfter(loads: readonly Load[]): (table: string) => readonly Fields[] {
  return table => {
    const [source = '', name = ''] = table.split('.');
    const columns = columnsOf(source, name).map(([column]) => column);
    const last = loads.at(-1)?.replace[table];
    const rows = last ?? loads.flatMap(load => load.append[table] ?? []);
    return rows.map(row => Object.fromEntries(columns.map((column, i) => [column, fullTime(row[i] ?? null)])));
  };
}

/** `2024-01-01 08:00` → `2024-01-01 08:00:00` */
function fullTime(value: Value): Value {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d \d\d:\d\d$/.test(value) ? `${value}:00` : value;
}

/** The row of each key that is last by the columns, ties settled by the smaller of all values. */
export function lastPerKey(rows: readonly Fields[], key: readonly string[], by: readonly string[]): readonly Fields[] {
  const best = new Map<string, Fields>();
  for (const row of rows) {
    const id = JSON.stringify(key.map(column => row[column]));
    const held = best.get(id);
    if (!held || isAfter(row, held, by)) best.set(id, row);
  }
  return [...best.values()];
}

function isAfter(row: Fields, held: Fields, by: readonly string[]): boolean {
  for (const column of by) if (row[column] !== held[column]) return String(row[column]) > String(held[column]);
  for (const column of Object.keys(row)) {
    if (row[column] === held[column]) continue;
    if (held[column] === null) return true;
    return row[column] !== null && String(row[column]) < String(held[column]);
  }
  return false;
}

export interface Version {
  readonly customer: Value;
  readonly tier: Value;
  readonly vip: Value;
  readonly deleted: boolean;
  readonly from: string;
  readonly to: string | null;
}

/** Every state of every customer's tier, deletions too, each with the time it held. A change of what is `tracked` makes a state. */
export function tierVersions(
  source: (table: string) => readonly Fields[],
  tracked: readonly ('tier' | 'vip')[] = ['tier', 'vip'],
): readonly Version[] {
  const states = tierStates(source);
  const versions: Version[] = [];
  for (const customer of new Set(states.map(state => state['customer_id'] ?? null))) {
    const own = states.filter(state => state['customer_id'] === customer);
    let open: Version | undefined;
    for (const state of own) {
      const next = versionOf(state);
      const last = open;
      if (last && last.deleted === next.deleted && tracked.every(each => last[each] === next[each])) continue;
      if (open) versions.push({ ...open, to: next.from });
      open = next;
    }
    if (open) versions.push(open);
  }
  return versions;
}

/** One state per customer and moment, in order of time. */
export function tierStates(source: (table: string) => readonly Fields[]): readonly Fields[] {
  const rows = lastPerKey(source('crm.tier_changes'), ['customer_id', 'changed_at'], ['_loaded_at']);
  return [...rows].sort((a, b) => (String(a['changed_at']) < String(b['changed_at']) ? -1 : 1));
}

function versionOf(state: Fields): Version {
  return {
    customer: state['customer_id'] ?? null,
    tier: state['tier_name'] ?? null,
    vip: state['is_vip'] ?? null,
    deleted: state['is_deleted'] === true,
    from: String(state['changed_at']),
    to: null,
  };
}

export function versionAt(versions: readonly Version[], customer: Value, at: Value): Version | undefined {
  return versions.find(
    each =>
      each.customer === customer &&
      each.from <= String(at) &&
      (each.to === null || String(at) < each.to) &&
      !each.deleted,
  );
}

/* --------------------------------------------------------------------- tables */

/** Rows of each table, in the columns that are compared. */
export function expectedTables(loads: readonly Load[]): { readonly [query: string]: readonly Fields[] } {
  const source = sourcesAfter(loads);
  const versions = tierVersions(source);
  const customers = lastPerKey(source('crm.customers'), ['id'], ['updated_at', '_loaded_at']);
  const orders = lastPerKey(source('shop.orders'), ['order_id'], ['updated_at', '_loaded_at']);
  return {
    ...dimensions(source, versions, customers),
    ...facts(source, versions, customers, orders),
    ...star(source, customers, orders),
    ...vault(loads, orders),
  };
}

function dimensions(
  source: (table: string) => readonly Fields[],
  versions: readonly Version[],
  customers: readonly Fields[],
): { readonly [query: string]: readonly Fields[] } {
  const alive = versions.filter(version => !version.deleted);
  const last = [...new Set(versions.map(each => each.customer))].map(
    customer => versions.filter(each => each.customer === customer).at(-1) as Version,
  );
  const history = alive.map(each => ({
    customer_id: each.customer,
    tier_name: each.tier,
    is_vip: each.vip,
    valid_from: each.from,
    valid_to: each.to,
    is_current: each.to === null,
  }));
  const lastOf = (customer: Value): Version => last.find(each => each.customer === customer) as Version;
  return {
    'select customer_id, name, email, is_active, city from dim_customers': customers.map(row => ({
      customer_id: row['id'] ?? null,
      name: row['name'] ?? null,
      email: row['email'] ?? null,
      is_active: row['active'] ?? null,
      city: row['city'] ?? null,
    })),
    'select customer_id, tier_name, is_vip, valid_from, valid_to, is_current from dim_tiers': history,
    'select customer_id, tier_name, is_vip, valid_from, valid_to, is_current from dim_tiers_split_history': history,
    // The current half keeps the last state in which the thing was alive.
    'select customer_id, tier_name, is_vip, is_deleted from dim_tiers_split': last.map(each => {
      const known = alive.filter(version => version.customer === each.customer).at(-1) as Version;
      return { customer_id: known.customer, tier_name: known.tier, is_vip: known.vip, is_deleted: known.to !== null };
    }),
    'select customer_id, tier_name, current_tier_name, is_vip, is_current_vip, valid_from from dim_tiers_hybrid':
      alive.map(each => ({
        customer_id: each.customer,
        tier_name: each.tier,
        current_tier_name: lastOf(each.customer).tier,
        is_vip: each.vip,
        is_current_vip: lastOf(each.customer).vip,
        valid_from: each.from,
      })),
    'select customer_id, tier_name, previous_tier_name, tier_name_changed_at, is_vip, is_previous_vip, is_vip_changed_at, is_deleted from dim_tiers_previous':
      previousValues(tierStates(source)),
  };
}

function previousValues(states: readonly Fields[]): readonly Fields[] {
  const held = new Map<Value, { [column: string]: Value }>();
  for (const state of states) {
    const customer = state['customer_id'] ?? null;
    const row = held.get(customer) ?? {
      customer_id: customer,
      tier_name: state['tier_name'] ?? null,
      previous_tier_name: null,
      tier_name_changed_at: null,
      is_vip: state['is_vip'] ?? null,
      is_previous_vip: null,
      is_vip_changed_at: null,
      is_deleted: false,
    };
    for (const [column, before] of [
      ['tier_name', 'previous_tier_name'],
      ['is_vip', 'is_previous_vip'],
    ] as const) {
      const value = state[column] ?? null;
      if (value === row[column]) continue;
      row[before] = row[column] ?? null;
      row[`${column}_changed_at`] = state['changed_at'] ?? null;
      row[column] = value;
    }
    row['is_deleted'] = state['is_deleted'] === true;
    held.set(customer, row);
  }
  return [...held.values()];
}

/** What the specification asks for: levels are versions of the tier alone, and whoever is a VIP now is one on all of them. */
function star(
  source: (table: string) => readonly Fields[],
  customers: readonly Fields[],
  orders: readonly Fields[],
): { readonly [query: string]: readonly Fields[] } {
  const states = tierStates(source);
  const isVip = new Map(states.map(state => [state['customer_id'], state['is_vip'] ?? null]));
  const levels = tierVersions(source, ['tier']).map(each => ({ ...each, vip: isVip.get(each.customer) ?? null }));
  const isKnown = (customer: Value): boolean => customers.some(row => row['id'] === customer);
  const lines = lastPerKey(source('shop.order_lines'), ['order_id', 'line_number'], ['_loaded_at']);
  return {
    'select customer_id, level_name, is_vip, valid_from, valid_to, is_current from dim_levels': levels
      .filter(each => !each.deleted)
      .map(each => ({
        customer_id: each.customer,
        level_name: each.tier,
        is_vip: each.vip,
        valid_from: each.from,
        valid_to: each.to,
        is_current: each.to === null,
      })),
    'select customer_id, tier_name, previous_tier_name, tier_name_changed_at, is_vip from dim_level_changes':
      previousValues(states).map(row => ({
        customer_id: row['customer_id'] ?? null,
        tier_name: row['tier_name'] ?? null,
        previous_tier_name: row['previous_tier_name'] ?? null,
        tier_name_changed_at: row['tier_name_changed_at'] ?? null,
        is_vip: row['is_vip'] ?? null,
      })),
    'select customer_id, buyer_name, city from dim_buyers': customers.map(row => ({
      customer_id: row['id'] ?? null,
      buyer_name: row['name'] ?? null,
      city: row['city'] ?? null,
    })),
    'select f.order_id, f.status, f.order_amount, f.double_amount, b.customer_id as buyer, l.customer_id as level_of, l.valid_from as level_since, o.full_date as ordered_on, u.full_date as updated_on from fct_sales f left join dim_buyers b on b.buyer_key = f.buyer_key left join dim_levels l on l.level_key = f.level_key left join dim_calendar o on o.calendar_key = f.ordered_date_key left join dim_calendar u on u.calendar_key = f.updated_date_key':
      orders.map(order => {
        const customer = order['customer_id'] ?? null;
        const level = versionAt(levels, customer, order['ordered_at'] ?? null);
        return {
          order_id: order['order_id'] ?? null,
          status: order['status'] ?? null,
          order_amount: order['order_amount'] ?? null,
          double_amount: Number(order['order_amount']) * 2,
          buyer: isKnown(customer) ? customer : null,
          level_of: level?.customer ?? null,
          level_since: level?.from ?? null,
          ordered_on: String(order['ordered_at']).slice(0, 10),
          updated_on: String(order['updated_at']).slice(0, 10),
        };
      }),
    'select order_id, line_number, quantity, sales_amount from fct_sale_lines': lines.map(line => ({
      order_id: line['order_id'] ?? null,
      line_number: line['line_number'] ?? null,
      quantity: line['quantity'] ?? null,
      sales_amount: line['line_amount'] ?? null,
    })),
  };
}

function facts(
  source: (table: string) => readonly Fields[],
  versions: readonly Version[],
  customers: readonly Fields[],
  orders: readonly Fields[],
): { readonly [query: string]: readonly Fields[] } {
  const isKnown = (customer: Value): boolean => customers.some(row => row['id'] === customer);
  const months = new Map<string, { [column: string]: Value }>();
  for (const order of orders) {
    const customer = customers.find(row => row['id'] === order['customer_id']);
    const month = `${String(order['ordered_at']).slice(0, 7)}-01`;
    const [status, city] = [order['status'] ?? null, customer?.['city'] ?? null];
    const id = JSON.stringify([month, status, city]);
    const row = months.get(id) ?? { month_date: month, status, city, order_count: 0, order_amount: 0 };
    row['order_count'] = Number(row['order_count']) + 1;
    row['order_amount'] = Number(row['order_amount']) + Number(order['order_amount']);
    months.set(id, row);
  }
  const lines = lastPerKey(source('shop.order_lines'), ['order_id', 'line_number'], ['_loaded_at']);
  return {
    // Which version of which dimension the keys lead to.
    'select f.order_id, f.status, f.order_amount, c.customer_id, t.customer_id as tier_of, t.valid_from as tier_since, d.date_day as ordered_date from fct_orders f left join dim_customers c on c.customer_key = f.customer_key left join dim_tiers t on t.tier_key = f.tier_key left join dim_dates d on d.date_key = f.ordered_date_key':
      orders.map(order => {
        const customer = order['customer_id'] ?? null;
        const version = versionAt(versions, customer, order['ordered_at'] ?? null);
        return {
          order_id: order['order_id'] ?? null,
          status: order['status'] ?? null,
          order_amount: order['order_amount'] ?? null,
          customer_id: isKnown(customer) ? customer : null,
          tier_of: version?.customer ?? null,
          tier_since: version?.from ?? null,
          ordered_date: String(order['ordered_at']).slice(0, 10),
        };
      }),
    'select order_id, line_number, product_id, quantity, line_amount from fct_order_lines': lines.map(line => ({
      order_id: line['order_id'] ?? null,
      line_number: line['line_number'] ?? null,
      product_id: line['product_id'] ?? null,
      quantity: line['quantity'] ?? null,
      line_amount: line['line_amount'] ?? null,
    })),
    'select month_date, status, city, order_count, order_amount from mrt_orders_monthly': [...months.values()],
    'select order_id, customer_name, tier_name from obt_orders': orders.map(order => ({
      order_id: order['order_id'] ?? null,
      customer_name: customers.find(row => row['id'] === order['customer_id'])?.['name'] ?? null,
      tier_name: versionAt(versions, order['customer_id'] ?? null, order['ordered_at'] ?? null)?.tier ?? null,
    })),
    ...snapshotsOf(source),
    ...processes(source),
    'select account_id, customer_id, round(weight, 6) as weight from brg_account_owners': owners(source, 'share'),
    'select account_id, customer_id, round(weight, 6) as weight from brg_account_owners_equal': owners(source, 'equal'),
    'select student_id, class_id, attended_at from fct_attendance': firstPerKey(
      source('school.attendance'),
      ['student_id', 'class_id'],
      'attended_at',
    ),
  };
}

/** Balances at the end of each day, and movements summed up by month. */
function snapshotsOf(source: (table: string) => readonly Fields[]): { readonly [query: string]: readonly Fields[] } {
  const measured = [
    ...lastPerKey(source('shop.stock'), ['warehouse_id', 'product_id', 'measured_at'], ['_loaded_at']),
  ].sort(byTime('measured_at'));
  const moved = lastPerKey(source('shop.movements'), ['movement_id'], ['_loaded_at']);
  const days = range(
    measured.map(row => String(row['measured_at']).slice(0, 10)),
    day => nextDay(day),
  );
  const months = range(
    moved.map(row => `${String(row['moved_at']).slice(0, 7)}-01`),
    month => `${nextDay(`${month.slice(0, 7)}-31`).slice(0, 7)}-01`,
  );
  const stock = days.flatMap(day =>
    [1, 2].flatMap(warehouse => {
      const last = measured
        .filter(row => row['warehouse_id'] === warehouse && String(row['measured_at']).slice(0, 10) <= day)
        .at(-1);
      return last
        ? [{ warehouse_id: warehouse, snapshot_date: day, stock_quantity: last['stock_quantity'] ?? null }]
        : [];
    }),
  );
  const movements = months.flatMap(month =>
    [1, 2].flatMap(warehouse => {
      const own = moved.filter(
        row => row['warehouse_id'] === warehouse && `${String(row['moved_at']).slice(0, 7)}-01` <= month,
      );
      if (own.length === 0) return [];
      const inMonth = own.filter(row => String(row['moved_at']).startsWith(month.slice(0, 7)));
      return [
        {
          warehouse_id: warehouse,
          snapshot_date: month,
          moved_quantity: total(inMonth),
          moved_quantity_balance: total(own),
        },
      ];
    }),
  );
  const closing = new Map<string, Fields>();
  for (const row of stock) closing.set(JSON.stringify([row.warehouse_id, row.snapshot_date.slice(0, 7)]), row);
  const lastDays = new Map(stock.map(row => [row.snapshot_date.slice(0, 7), row.snapshot_date]));
  return {
    'select warehouse_id, snapshot_date, stock_quantity from fct_stock_daily': stock,
    'select warehouse_id, snapshot_date, moved_quantity, moved_quantity_balance from fct_movements_monthly': movements,
    'select warehouse_id, month_date, stock_quantity from mrt_stock_monthly': [...closing.values()].map(row => ({
      warehouse_id: row['warehouse_id'] ?? null,
      month_date: `${String(row['snapshot_date']).slice(0, 7)}-01`,
      stock_quantity:
        row['snapshot_date'] === lastDays.get(String(row['snapshot_date']).slice(0, 7))
          ? (row['stock_quantity'] ?? null)
          : null,
    })),
  };
}

function processes(source: (table: string) => readonly Fields[]): { readonly [query: string]: readonly Fields[] } {
  const shipments = lastPerKey(source('shop.shipments'), ['order_id'], ['updated_at', '_loaded_at']);
  const events = source('shop.order_events');
  const first = (order: Value, name: string): Value =>
    events
      .filter(event => event['order_id'] === order && event['event_name'] === name)
      .map(event => String(event['happened_at']))
      .sort()[0] ?? null;
  return {
    'select order_id, picked_at, shipped_at, delivered_at, days_from_picked_to_shipped, days_from_shipped_to_delivered, last_milestone from fct_shipment_progress':
      shipments.map(row => ({
        order_id: row['order_id'] ?? null,
        picked_at: row['picked_at'] ?? null,
        shipped_at: row['shipped_at'] ?? null,
        delivered_at: row['delivered_at'] ?? null,
        days_from_picked_to_shipped: daysBetween(row['picked_at'], row['shipped_at']),
        days_from_shipped_to_delivered: daysBetween(row['shipped_at'], row['delivered_at']),
        last_milestone: row['delivered_at']
          ? 'delivered'
          : row['shipped_at']
            ? 'shipped'
            : row['picked_at']
              ? 'picked'
              : null,
      })),
    'select order_id, placed_at, paid_at, shipped_at, days_from_placed_to_paid from fct_order_event_progress': [
      ...new Set(events.map(event => event['order_id'] ?? null)),
    ].map(order => ({
      order_id: order,
      placed_at: first(order, 'placed'),
      paid_at: first(order, 'paid'),
      shipped_at: first(order, 'shipped'),
      days_from_placed_to_paid: daysBetween(first(order, 'placed'), first(order, 'paid')),
    })),
  };
}

function owners(source: (table: string) => readonly Fields[], by: 'share' | 'equal'): readonly Fields[] {
  const pairs = lastPerKey(source('bank.account_owners'), ['account_id', 'customer_id'], ['_loaded_at']);
  return pairs.map(pair => {
    const group = pairs.filter(each => each['account_id'] === pair['account_id']);
    const all = group.reduce((sum, each) => sum + Number(each['share']), 0);
    const weight = by === 'share' && all > 0 ? Number(pair['share']) / all : 1 / group.length;
    return {
      account_id: pair['account_id'] ?? null,
      customer_id: pair['customer_id'] ?? null,
      weight: Math.round(weight * 1e6) / 1e6,
    };
  });
}

/* ---------------------------------------------------------------------- vault */

/** What is inserted once and never changed depends on what each load brought. */
function vault(loads: readonly Load[], orders: readonly Fields[]): { readonly [query: string]: readonly Fields[] } {
  const customers = new Map<Value, Value>();
  const links = new Map<string, Fields>();
  const satellite = new Map<Value, Fields[]>();
  const states = new Map<Value, Fields>();
  for (let count = 1; count <= loads.length; count++) {
    const source = sourcesAfter(loads.slice(0, count));
    for (const row of lastPerKey(source('crm.customers'), ['id'], ['updated_at', '_loaded_at'])) {
      if (!customers.has(row['id'] ?? null)) customers.set(row['id'] ?? null, row['_loaded_at'] ?? null);
    }
    for (const order of lastPerKey(source('shop.orders'), ['order_id'], ['updated_at', '_loaded_at'])) {
      const id = JSON.stringify([order['order_id'], order['customer_id']]);
      if (order['customer_id'] !== null && !links.has(id)) links.set(id, order);
    }
    const perLoad = lastPerKey(tierStates(source), ['customer_id', '_loaded_at'], ['changed_at']);
    for (const row of [...perLoad].sort(byTime('_loaded_at'))) {
      const held = satellite.get(row['customer_id'] ?? null) ?? [];
      const last = held.at(-1);
      if (last && String(last['loaded_at']) >= String(row['_loaded_at'])) continue;
      const next = {
        customer_id: row['customer_id'] ?? null,
        loaded_at: row['_loaded_at'] ?? null,
        tier_name: row['tier_name'] ?? null,
        is_vip: row['is_vip'] ?? null,
        is_deleted: row['is_deleted'] ?? null,
      };
      if (last && ['tier_name', 'is_vip', 'is_deleted'].every(column => last[column] === next[column as 'tier_name']))
        continue;
      satellite.set(row['customer_id'] ?? null, [...held, next]);
    }
    for (const row of lastPerKey(source('shop.order_deltas'), ['order_id'], ['updated_at', '_loaded_at'])) {
      const held = states.get(row['order_id'] ?? null);
      if (held && String(held['updated_at']) > String(row['updated_at'])) continue;
      states.set(row['order_id'] ?? null, row);
    }
  }
  return {
    'select customer_id, loaded_at, record_source from hub_customer': [...customers].map(([customer, loaded]) => ({
      customer_id: customer,
      loaded_at: loaded,
      record_source: 'crm',
    })),
    'select order_id from hub_order': [...new Set(orders.map(order => order['order_id'] ?? null))].map(order => ({
      order_id: order,
    })),
    'select o.order_id, c.customer_id from link_customer_order l join hub_order o on o.order_key = l.order_key join hub_customer c on c.customer_key = l.customer_key':
      [...links.values()].map(order => ({
        order_id: order['order_id'] ?? null,
        customer_id: order['customer_id'] ?? null,
      })),
    'select h.customer_id, s.loaded_at, s.tier_name, s.is_vip, s.is_deleted from sat_customer_tiers s join hub_customer h on h.customer_key = s.customer_key':
      [...satellite.values()].flat(),
    'select order_id, status, order_amount, updated_at, is_deleted from int_order_states_merged': [
      ...states.values(),
    ].map(row => ({
      order_id: row['order_id'] ?? null,
      status: row['status'] ?? null,
      order_amount: row['order_amount'] ?? null,
      updated_at: row['updated_at'] ?? null,
      is_deleted: row['is_deleted'] === true,
    })),
  };
}

/* --------------------------------------------------------------------- pieces */

function firstPerKey(rows: readonly Fields[], key: readonly string[], time: string): readonly Fields[] {
  const found = new Map<string, Fields>();
  for (const row of [...rows].sort(byTime(time))) {
    const id = JSON.stringify(key.map(column => row[column]));
    if (!found.has(id)) found.set(id, Object.fromEntries([...key, time].map(column => [column, row[column] ?? null])));
  }
  return [...found.values()];
}

function byTime(column: string): (a: Fields, b: Fields) => number {
  return (a, b) => (String(a[column]) < String(b[column]) ? -1 : String(a[column]) > String(b[column]) ? 1 : 0);
}

function total(rows: readonly Fields[]): number {
  return rows.reduce((sum, row) => sum + Number(row['moved_quantity'] ?? 0), 0);
}

function range(values: readonly string[], next: (value: string) => string): readonly string[] {
  const sorted = [...values].sort();
  const found: string[] = [];
  for (let value = sorted[0]; value !== undefined && value <= (sorted.at(-1) as string); value = next(value))
    found.push(value);
  return found;
}

function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

function daysBetween(from: Value | undefined, to: Value | undefined): number | null {
  if (!from || !to) return null;
  const day = (value: Value): number => Date.parse(`${String(value).slice(0, 10)}T00:00:00Z`);
  return Math.round((day(to) - day(from)) / 86_400_000);
}
