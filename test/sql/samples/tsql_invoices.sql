with Invoiced as (
    select
        i.[Invoice Id],
        i.CustomerId,
        cast(i.InvoicedAt as date) as InvoicedOn,
        isnull(i.Amount, 0) as Amount,
        row_number() over (partition by i.CustomerId order by i.InvoicedAt desc) as rn
    from dbo.Invoices as i with (nolock)
    where i.InvoicedAt >= dateadd(month, -6, getdate())
)
select top (100)
    v.CustomerId,
    v.InvoicedOn,
    v.Amount,
    a.City
from Invoiced as v
outer apply (
    select top 1 City from dbo.Addresses where CustomerId = v.CustomerId order by ChangedAt desc
) as a
where v.rn = 1
order by v.Amount desc
