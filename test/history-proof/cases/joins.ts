import type { Proof } from '../proof.ts';

const proofs: readonly Proof[] = [
  {
    rule: 'between-validity',
    title: 'at the instant of a change two versions match, and the sale counts twice',
    files: {
      'models/dim_prices.sql': `
        select sku, price, changed_at as valid_from,
          coalesce(lead(changed_at) over (partition by sku order by changed_at), date '9999-12-31') as valid_to
        from price_log`,
      'models/sales_at_price.sql': `
        select s.id, p.price
        from sales as s
        join {{ ref('dim_prices') }} as p on p.sku = s.sku and s.sold_on between p.valid_from and p.valid_to`,
    },
    given: `
      create table price_log as select * from (values
        ('a', 10, date '2024-01-01'), ('a', 12, date '2024-02-01')) as t (sku, price, changed_at);
      create table sales as select * from (values
        (1, 'a', date '2024-01-15'), (2, 'a', date '2024-02-01')) as t (id, sku, sold_on);`,
    days: [''],
    shows: 'select id, price from sales_at_price order by id, price',
    wrong: [
      [1, 10],
      [2, 10],
      [2, 12],
    ],
    mended: { fix: 'Compare half-open' },
    right: [
      [1, 10],
      [2, 12],
    ],
  },
];

export default proofs;
