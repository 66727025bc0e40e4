/** Loads in plain SQL, for warehouses and tools without dbt: each may run twice, late rows overwrite nothing newer, and no version is lost. */

import { group, type Snippet } from './snippet.ts';

export const SQL_MERGES: readonly Snippet[] = group('Loads in plain SQL', 'sql', [
  {
    name: 'MERGE into a dimension of type 1',
    prefix: ['gl-merge', 'gl-merge-1', 'merge', 'upsert'],
    description:
      'Inserts new keys and overwrites what changed, NULL counted as a value. An older row overwrites no newer one; of several rows of one key the newest counts.',
    path: 'analyses/merge_customers.sql',
    text: `
merge into «dim_customers» as target
using (
    select
        «customer_id»,
        «country_code»,
        «updated_at»
    from (
        select
            «customer_id»,
            «country_code»,
            «updated_at»,
            row_number() over (
                partition by «customer_id»
                order by «updated_at» desc, «country_code»
            ) as row_rank
        from «stg_crm__customers»
        where «customer_id» is not null
    ) as ranked
    where row_rank = 1
) as incoming
    on target.«customer_id» = incoming.«customer_id»
when matched
    and incoming.«updated_at» >= target.«updated_at»
    and incoming.«country_code» is distinct from target.«country_code»
    then update set
        «country_code» = incoming.«country_code»,
        «updated_at» = incoming.«updated_at»
when not matched
    then insert («customer_id», «country_code», «updated_at»)
    values (incoming.«customer_id», incoming.«country_code», incoming.«updated_at»);
`,
  },
  {
    name: 'MERGE into a dimension of type 2',
    prefix: ['gl-merge-2', 'gl-merge-scd2', 'merge, type 2'],
    description:
      'Closes the current version of what changed and inserts the new one in one statement: rows that changed come twice, once without a key, so that they are inserted too. Redshift has no such MERGE.',
    path: 'analyses/merge_members.sql',
    text: `
merge into «dim_members» as target
using (
    with

    ranked as (

        select
            «member_id»,
            «tier_name»,
            «changed_at»,
            row_number() over (
                partition by «member_id»
                order by «changed_at» desc, «tier_name»
            ) as row_rank
        from «stg_crm__membership_changes»
        where «member_id» is not null

    ),

    incoming as (

        select
            «member_id»,
            «tier_name»,
            «changed_at»
        from ranked
        where row_rank = 1

    )

    -- With their key: they close the version that held so far, or are new.
    select
        incoming.«member_id» as merge_key,
        incoming.«member_id»,
        incoming.«tier_name»,
        incoming.«changed_at»
    from incoming

    union all

    -- Once more without it: the new version of what changed.
    select
        null as merge_key,
        incoming.«member_id»,
        incoming.«tier_name»,
        incoming.«changed_at»
    from incoming
    inner join «dim_members» as held
        on incoming.«member_id» = held.«member_id»
        and held.is_current
    where incoming.«changed_at» > held.valid_from
        and incoming.«tier_name» is distinct from held.«tier_name»
) as staged
    on target.«member_id» = staged.merge_key
    and target.is_current
when matched
    and staged.«changed_at» > target.valid_from
    and staged.«tier_name» is distinct from target.«tier_name»
    then update set
        valid_to = staged.«changed_at»,
        is_current = false
when not matched
    then insert («member_id», «tier_name», valid_from, valid_to, is_current)
    values (staged.«member_id», staged.«tier_name», staged.«changed_at», null, true);
`,
  },
  {
    name: 'Close and insert versions',
    prefix: ['gl-close-and-insert', 'close and insert, type 2', 'update and insert'],
    description:
      'The same in two statements, for warehouses whose MERGE cannot: the second inserts whatever has no current version, so that it can be run again.',
    path: 'analyses/close_and_insert_members.sql',
    text: `
update «dim_members»
set
    valid_to = incoming.«changed_at»,
    is_current = false
from «membership_changes_latest» as incoming
where «dim_members».«member_id» = incoming.«member_id»
    and «dim_members».is_current
    and incoming.«changed_at» > «dim_members».valid_from
    and incoming.«tier_name» is distinct from «dim_members».«tier_name»;

insert into «dim_members» («member_id», «tier_name», valid_from, valid_to, is_current)
select
    incoming.«member_id»,
    incoming.«tier_name»,
    incoming.«changed_at»,
    null,
    true
from «membership_changes_latest» as incoming
where not exists (
        select 1
        from «dim_members» as held
        where held.«member_id» = incoming.«member_id»
            and held.is_current
    );
`,
  },
]);
