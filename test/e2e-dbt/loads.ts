/**
 * Four loads of the sample's sources, with rows that are new, changed, unchanged, late, delivered twice, changed from and to
 * NULL, and deleted. `append` adds to a table; `replace` is what a table holds afterwards.
 */

export type Row = readonly (string | number | boolean | null)[];
export interface Load {
  readonly append: { readonly [table: string]: readonly Row[] };
  readonly replace: { readonly [table: string]: readonly Row[] };
}

const [L1, L2, L3, L4] = ['2024-01-31 01:00', '2024-02-29 01:00', '2024-03-31 01:00', '2024-04-30 01:00'];

export const LOADS: readonly Load[] = [
  {
    append: {
      // customer_id, tier_name, is_vip, is_deleted, changed_at, _loaded_at
      'crm.tier_changes': [
        [1, 'gold', true, false, '2024-01-01 08:00', L1],
        [1, 'gold', true, false, '2024-01-05 08:00', L1],
        [2, 'silver', null, false, '2024-01-02 08:00', L1],
        [3, 'gold', false, false, '2024-01-03 08:00', L1],
        [3, 'gold', false, false, '2024-01-03 08:00', L1],
        [4, null, null, false, '2024-01-04 08:00', L1],
      ],
      // order_id, customer_id, status, order_amount, ordered_at, updated_at, is_deleted, _loaded_at
      'shop.orders': [
        [10, 1, 'open', 5.5, '2024-01-06 10:00', '2024-01-06 10:00', false, L1],
        [11, 2, 'open', 7, '2024-01-01 10:00', '2024-01-01 10:00', false, L1],
        [12, 4, 'paid', 1, '2024-01-12 10:00', '2024-01-12 10:00', false, L1],
      ],
      // order_id, line_number, product_id, quantity, line_amount, _loaded_at
      'shop.order_lines': [
        [10, 1, 100, 2, 2.5, L1],
        [10, 2, 101, 1, 3, L1],
      ],
      // warehouse_id, product_id, stock_quantity, measured_at, _loaded_at
      'shop.stock': [
        [1, 100, 5, '2024-01-02 10:00', L1],
        [1, 100, 4, '2024-01-02 18:00', L1],
        [2, 100, 8, '2024-01-04 10:00', L1],
      ],
      // movement_id, warehouse_id, product_id, moved_quantity, moved_at, _loaded_at
      'shop.movements': [
        [1, 1, 100, 5, '2024-01-02 10:00', L1],
        [2, 1, 100, -2, '2024-01-20 10:00', L1],
      ],
      // order_id, picked_at, shipped_at, delivered_at, updated_at, _loaded_at
      'shop.shipments': [[10, '2024-01-07 09:00', null, null, '2024-01-07 09:00', L1]],
      // event_id, order_id, event_name, happened_at, _loaded_at
      'shop.order_events': [
        [1, 10, 'placed', '2024-01-06 10:00', L1],
        [2, 10, 'shipped', '2024-01-09 10:00', L1],
      ],
      // account_id, customer_id, share, _loaded_at
      'bank.account_owners': [
        [1, 1, 1, L1],
        [1, 2, 3, L1],
      ],
      // student_id, class_id, attended_at, _loaded_at
      'school.attendance': [
        [1, 1, '2024-01-10 09:00', L1],
        [1, 1, '2024-01-10 09:00', L1],
      ],
    },
    replace: {
      // id, name, email, active, city, updated_at, _loaded_at
      'crm.customers': [
        [1, 'Ann', 'ann@example.com', true, 'Rome', '2024-01-01 08:00', L1],
        [2, 'Bob', null, true, 'Oslo', '2024-01-02 08:00', L1],
        [3, 'Cid', 'cid@example.com', null, null, '2024-01-03 08:00', L1],
        [4, 'Dot', 'dot@example.com', true, 'Bern', '2024-01-04 08:00', L1],
      ],
      // order_id, status, order_amount, updated_at, is_deleted, _loaded_at
      'shop.order_deltas': [
        [20, 'open', 5, '2024-01-10 10:00', false, L1],
        [21, 'open', 6, '2024-01-11 10:00', null, L1],
      ],
    },
  },
  {
    append: {
      'crm.tier_changes': [
        [1, 'silver', true, false, '2024-02-01 08:00', L2],
        [2, 'silver', true, null, '2024-02-02 08:00', L2],
        [3, 'gold', false, false, '2024-02-03 08:00', L2],
        [5, 'silver', true, false, '2024-02-04 08:00', L2],
        [5, 'gold', true, false, '2024-02-04 08:00', L2],
      ],
      'shop.orders': [
        [10, 1, 'paid', 5.5, '2024-01-06 10:00', '2024-02-05 10:00', false, L2],
        [13, 1, 'paid', 20, '2024-02-10 10:00', '2024-02-10 10:00', false, L2],
        [12, 4, 'paid', 1, '2024-01-12 10:00', '2024-01-12 10:00', false, L2],
      ],
      'shop.order_lines': [
        [10, 2, 101, 3, 9, L2],
        [13, 1, 100, 1, 20, L2],
        [13, 1, 100, 1, 20, L2],
      ],
      'shop.stock': [
        [1, 100, 9, '2024-02-01 10:00', L2],
        [2, 100, null, '2024-01-20 10:00', L2],
      ],
      'shop.movements': [
        [3, 1, 100, 1, '2024-03-05 10:00', L2],
        [1, 1, 100, 5, '2024-01-02 10:00', L2],
      ],
      'shop.shipments': [
        [10, '2024-01-07 09:00', '2024-01-09 09:00', null, '2024-01-09 09:00', L2],
        [13, '2024-02-11 09:00', null, null, '2024-02-11 09:00', L2],
      ],
      'shop.order_events': [
        [3, 10, 'paid', '2024-01-07 10:00', L2],
        [3, 10, 'paid', '2024-01-07 10:00', L2],
        [4, 13, 'placed', '2024-02-10 10:00', L2],
      ],
      'bank.account_owners': [
        [2, 1, 0, L2],
        [2, 3, 0, L2],
      ],
      'school.attendance': [[2, 1, '2024-02-10 09:00', L2]],
    },
    replace: {
      'crm.customers': [
        [1, 'Ann', 'ann@example.com', true, 'Rome', '2024-01-01 08:00', L1],
        [2, 'Bob', 'bob@example.com', true, null, '2024-02-05 08:00', L2],
        [3, 'Cid', 'cid@example.com', false, null, '2024-02-06 08:00', L2],
        [3, 'Cyd', 'cid@example.com', null, null, '2024-01-03 08:00', L1],
        [4, 'Dot', 'dot@example.com', true, 'Bern', '2024-01-04 08:00', L1],
        [5, 'Eve', 'eve@example.com', true, 'Rome', '2024-02-07 08:00', L2],
      ],
      'shop.order_deltas': [
        [20, 'paid', 5, '2024-02-10 10:00', false, L2],
        [22, 'open', 9, '2024-02-11 10:00', false, L2],
        [22, 'draft', 8, '2024-02-11 09:00', false, L2],
      ],
    },
  },
  {
    append: {
      'crm.tier_changes': [
        [1, 'bronze', true, false, '2024-01-10 08:00', L3],
        [2, null, null, false, '2024-03-02 08:00', L3],
        [3, 'gold', false, true, '2024-03-03 08:00', L3],
      ],
      'shop.orders': [
        [14, 3, 'open', 30, '2024-01-20 10:00', '2024-01-20 10:00', false, L3],
        [11, 2, 'open', 7, '2024-01-01 10:00', '2024-03-05 10:00', true, L3],
        [10, 1, 'open', 5.5, '2024-01-06 10:00', '2024-01-07 10:00', false, L3],
        [15, null, 'open', 2, '2024-03-10 10:00', '2024-03-10 10:00', null, L3],
      ],
      'shop.order_lines': [[11, 1, 100, 1, 7, L3]],
      'shop.stock': [
        [1, 100, 7, '2024-01-15 10:00', L3],
        [1, 100, 6, '2024-01-02 18:00', L3],
      ],
      'shop.movements': [[4, 2, 100, 3, '2024-02-03 10:00', L3]],
      'shop.shipments': [
        [10, '2024-01-07 09:00', '2024-01-09 09:00', '2024-01-12 09:00', '2024-01-12 09:00', L3],
        [13, '2024-02-10 09:00', null, null, '2024-02-10 09:00', L3],
      ],
      'shop.order_events': [[5, 10, 'placed', '2024-01-05 10:00', L3]],
      'bank.account_owners': [[1, 2, 5, L3]],
      'school.attendance': [[1, 2, '2024-01-09 09:00', L3]],
    },
    replace: {
      'crm.customers': [
        [1, 'Ann', null, true, 'Rome', '2024-03-01 08:00', L3],
        [2, 'Bob', 'bob@example.com', true, null, '2024-02-05 08:00', L2],
        [3, 'Cid', 'cid@example.com', false, null, '2024-02-06 08:00', L2],
        [5, 'Eve', 'eve@example.com', true, 'Rome', '2024-02-07 08:00', L2],
      ],
      'shop.order_deltas': [
        [20, 'open', 4, '2024-01-20 10:00', false, L3],
        [21, 'open', 6, '2024-03-11 10:00', true, L3],
      ],
    },
  },
  {
    append: {
      'crm.tier_changes': [
        [3, 'gold', true, false, '2024-04-05 08:00', L4],
        [1, 'silver', true, false, '2024-02-20 08:00', L4],
        [4, 'gold', null, false, '2024-01-04 08:00', L4],
      ],
      'shop.orders': [[16, 5, 'open', 4, '2024-04-10 10:00', '2024-04-10 10:00', false, L4]],
      'shop.order_lines': [[10, 1, 100, 2, 2.5, L4]],
      'shop.stock': [[2, 100, 3, '2024-02-05 10:00', L4]],
      'shop.movements': [[5, 1, 100, null, '2024-03-07 10:00', L4]],
      'shop.shipments': [],
      'shop.order_events': [[6, 13, 'paid', '2024-02-12 10:00', L4]],
      'bank.account_owners': [[3, 5, 2, L4]],
      'school.attendance': [[2, 1, '2024-01-11 09:00', L4]],
    },
    replace: {
      'crm.customers': [
        [1, 'Ann', 'ann@example.com', true, 'Rome', '2024-04-01 08:00', L4],
        [2, 'Bob', 'bob@example.com', true, null, '2024-02-05 08:00', L2],
        [3, 'Cid', 'cid@example.com', null, null, '2024-04-06 08:00', L4],
        [5, 'Eve', 'eve@example.com', true, 'Rome', '2024-02-07 08:00', L2],
      ],
      'shop.order_deltas': [[22, 'open', 9, '2024-02-11 10:00', false, L4]],
    },
  },
];
