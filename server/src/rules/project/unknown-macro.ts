import { nearest } from '../../base/nearest.ts';
import { defineRule, type ProjectView, replace, suggest } from '../rule.ts';

export default defineRule({
  summary: 'A call of a macro that neither the project nor a package nor dbt has.',
  why: 'dbt stops at this model: the name is undefined.',
  details:
    'Silent while a package that the project asks for is not installed, unless the name is nearly that of a macro of the project; for macros of dbt itself and its adapters; and in disabled models. Only calls in the file itself are reported.',
  severity: 'error',
  on: 'template',
  files: ['model', 'snapshot', 'test', 'analysis'],
  check({ expansions, node }, { project, file, report }) {
    if (!project || node?.isEnabled === 'no') return;
    for (const { name, file: where, span } of expansions.flatMap(one => one.unknownMacros)) {
      if (where !== file || !/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$/.test(name) || isOfDbt(name)) continue;
      const near = nearest(name, candidates(name, project));
      if (!near && !isAllKnown(name, project)) continue;
      const hint = near ? `Did you mean '${near}'?` : 'Define it in the macros folder, or correct the name.';
      report(span, `No macro is called '${name}'. ${hint}`, {
        fixes: near ? [suggest(`Change to '${near}'`, replace(span, near))] : [],
      });
    }
  },
  examples: {
    'a misspelt name': `
      //- macros/cents.sql
      {% macro cents_to_dollars(column) %}{{ column }} / 100{% endmacro %}
      //- models/orders.sql
      select {{ cent_to_dollars('amount') }} as amount from {{ ref('x') }}
                ^^^^^^^^^^^^^^^ error: Did you mean 'cents_to_dollars'?
      ->
      //- models/orders.sql
      select {{ cents_to_dollars('amount') }} as amount from {{ ref('x') }}
    `,
    'a macro that nobody wrote': `
      select {{ fiscal_year('ordered_at') }} as fiscal_year from x
                ^^^^^^^^^^^ Define it in the macros folder
    `,
    'a package that is installed and lacks it': `
      //- packages.yml
      packages: [{ package: acme/money, version: 1.0.0 }]
      //- dbt_packages/money/dbt_project.yml
      name: money
      //- dbt_packages/money/macros/round.sql
      {% macro round_cents(x) %}round({{ x }}, 2){% endmacro %}
      //- models/orders.sql
      select {{ money.convert('amount') }} as a, {{ money.round_cents('b') }} as b from x
                ^^^^^^^^^^^^^ No macro is called 'money.convert'
    `,
    'the package that may have it is not installed': `
      //- packages.yml
      packages: [{ package: acme/money, version: 1.0.0 }]
      //- models/orders.sql
      select {{ money.convert('amount') }} as a, {{ convert('b') }} as b from x
    `,
    'macros of dbt, of its adapters, and arguments that are callable': `
      //- macros/apply.sql
      {% macro apply(f) %}{{ f('x') }}{% endmacro %}
      //- models/orders.sql
      {% set hash = generate_schema_name('x') %}
      select {{ dbt.safe_cast('amount', 'int') }} as a, {{ snowflake__current_timestamp() }} as b, {{ apply(ref) }} from x
    `,
  },
});

/** Macros of the project as they are called there, and those of the package that the call names. */
function candidates(name: string, project: ProjectView): readonly string[] {
  const dot = name.indexOf('.');
  const prefix = dot < 0 ? `${project.name}.` : name.slice(0, dot + 1);
  const own = project.macroNames().filter(one => one.startsWith(prefix));
  return dot < 0 ? own.map(one => one.slice(prefix.length)) : own;
}

/** Everything that could bring the macro is here. */
function isAllKnown(name: string, project: ProjectView): boolean {
  const dot = name.indexOf('.');
  if (dot < 0) return project.missingPackages.length === 0 && !project.isPackage;
  const packageName = name.slice(0, dot);
  if (project.missingPackages.includes(packageName) || !project.packageNames.includes(packageName)) return false;
  // A package that is here with none of its macros was not read, or is a stand-in.
  return project.macroNames().some(one => one.startsWith(`${packageName}.`));
}

/** dbt's own macros, of which only those that models call are known here; and whatever is dispatched by adapter. */
function isOfDbt(name: string): boolean {
  if (
    name.includes('__') ||
    /^(?:dbt|adapter|api|builtins|context|modules|flags|target|graph|model|this|config|exceptions|caller|loop|var)\b/.test(
      name,
    )
  )
    return true;
  return DBT_PREFIXES.test(name);
}

/** How the names of macros begin that dbt and its adapters define for themselves. */
const DBT_PREFIXES =
  /^(?:get_|generate_|create_|drop_|alter_|rename_|truncate_|load_|make_|list_|check_|collect_|statement$|run_|noop_|set_|should_|build_|snapshot_|strategy_|materialization_|incremental_|is_incremental$|py_|str_|store_|persist_|apply_|grant|copy_|call_|convert_|cast|current_timestamp|date|type_|hash$|right$|position$|replace$|length$|concat$|except$|intersect$|listagg$|bool_or$|any_value$|array_|last_day$|split_part$|safe_cast$|escape_|string_literal$|in_transaction|before_begin|after_commit|default_|validate_|format_|dispatch|ref$|source$|test_|diff_|post_snapshot|reset_|information_schema|partition_|optimize|bq_|sync_|unique_key|handle_existing|column_list)/;
