select
    n.id,
    n.title,
    ifnull(t.label, 'none') as label,
    strftime('%Y', n.created_at) as year
from notes as n
left join tags as t on t.note_id = n.id and t.label like 'a%' escape '!'
where n.title glob 'A*'
