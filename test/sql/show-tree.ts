import type { SqlNode } from '../../server/src/syntax/sql/tree.ts';

/** A tree as one short line, so that a test can say what it must be. `text` is the text it was read from. */
export function showTree(node: SqlNode, text: string): string {
  const show = (each: SqlNode): string => showTree(each, text);
  const list = (nodes: readonly SqlNode[]): string => nodes.map(show).join(' ');
  switch (node.kind) {
    case 'file':
      return node.statements.map(show).join(' ; ');
    case 'identifier':
      return node.quoted ? `"${node.name}"` : node.name === '' ? '∅' : node.name;
    case 'name':
    case 'column':
      return node.parts.map(show).join('.');
    case 'literal':
      return node.prefix === undefined
        ? `${text.slice(node.start, node.end)}`
        : `<${node.prefix} ${node.type} ${node.value}>`;
    case 'parameter':
      return node.text;
    case 'unknown':
    case 'unknown-item':
      return '?';
    case 'error':
      return '!';
    case 'unary':
      return `(${node.operator} ${show(node.operand)})`;
    case 'binary':
      return `(${node.operator} ${show(node.left)} ${show(node.right)})`;
    case 'between':
      return `(${node.not ? 'not-' : ''}between ${show(node.operand)} ${show(node.low)} ${show(node.high)})`;
    case 'in':
      return `(${node.not ? 'not-' : ''}in ${show(node.operand)} ${node.query ? show(node.query) : node.list ? `[${list(node.list)}]` : show(node.expression!)})`;
    case 'like':
      return `(${node.not ? 'not-' : ''}${node.operator} ${show(node.operand)} ${show(node.pattern)}${node.escape ? ` escape ${show(node.escape)}` : ''})`;
    case 'is':
      return `(is${node.not ? '-not' : ''} ${node.test} ${show(node.operand)})`;
    case 'quantified':
      return `(${node.operator} ${node.quantifier} ${show(node.operand)} ${node.query ? show(node.query) : `[${list(node.list ?? [])}]`})`;
    case 'case':
      return `(case ${[...(node.operand ? [show(node.operand)] : []), ...node.branches.map(show), ...(node.else ? [`else ${show(node.else)}`] : [])].join(' ')})`;
    case 'case-branch':
      return `[${show(node.when)} ${show(node.then)}]`;
    case 'cast':
      return `(${node.form === 'operator' ? '::' : node.form} ${show(node.operand)} ${show(node.type)})`;
    case 'type':
      return `${node.name}${node.parameters.length > 0 ? `(${node.parameters.join(',')})` : ''}${node.elements.length > 0 ? `<${node.elements.map(each => (each.name ? `${each.name.name}:` : '') + show(each.type)).join(',')}>` : ''}`;
    case 'call': {
      const inside = [
        ...(node.distinct ? ['distinct'] : []),
        ...node.arguments.map(show),
        ...(node.orderBy ? [show(node.orderBy)] : []),
        ...node.otherExpressions.map(each => `+${show(each)}`),
      ];
      const tail = [
        ...(node.withinGroup ? [`within ${show(node.withinGroup)}`] : []),
        ...(node.filter ? [`filter ${show(node.filter)}`] : []),
        ...(node.nulls ? [`${node.nulls}-nulls`] : []),
        ...(node.over ? [`over ${show(node.over)}`] : []),
      ];
      return `${show(node.name)}${node.isNiladic ? '' : `(${inside.join(' ')})`}${tail.map(each => ` ${each}`).join('')}`;
    }
    case 'argument':
      return `${node.name ? `${show(node.name)}=>` : ''}${show(node.value)}${node.alias ? ` as ${show(node.alias)}` : ''}`;
    case 'window':
      return `{${[...(node.base ? [show(node.base)] : []), ...(node.partitionBy.length > 0 ? [`by ${list(node.partitionBy)}`] : []), ...(node.orderBy ? [show(node.orderBy)] : []), ...(node.frame ? [show(node.frame)] : [])].join(' ')}}`;
    case 'frame':
      return `${node.unit} ${node.from}${node.to ? ` to ${node.to}` : ''}${node.bounds.map(each => ` ${show(each)}`).join('')}`;
    case 'interval':
      return `(interval ${node.value ? show(node.value) : ''} ${node.unit})`.replace(' )', ')');
    case 'extract':
      return `(extract ${node.field} ${show(node.operand)})`;
    case 'scalar-subquery':
      return `${node.collects ? 'collect' : ''}{${show(node.query)}}`;
    case 'exists':
      return `(exists ${show(node.query)})`;
    case 'array':
      return `[${list(node.elements)}]`;
    case 'struct':
      return `{${node.fields.map(field => `${field.name ? `${show(field.name)}: ` : field.key ? `${show(field.key)}: ` : ''}${show(field.value)}`).join(', ')}}`;
    case 'tuple':
      return `(tuple ${list(node.elements)})`;
    case 'parenthesized':
      return `(${show(node.expression)})`;
    case 'access':
      return `(${node.form === 'subscript' ? 'at' : node.form} ${[show(node.operand), ...(node.field ? [show(node.field)] : []), ...node.index.map(show)].join(' ')})`;
    case 'lambda':
      return `(λ ${node.parameters.map(show).join(' ')} . ${show(node.body)})`;
    case 'at-time-zone':
      return `(zone ${show(node.operand)} ${show(node.zone)})`;
    case 'collate':
      return `(collate ${show(node.operand)})`;
    case 'comprehension':
      return `[${show(node.element)} for ${list(node.variables)} in ${show(node.source)}${node.condition ? ` if ${show(node.condition)}` : ''}]`;
    case 'star-expression':
      return show(node.item);
    case 'order-by':
      return `order ${node.all ? 'all' : list(node.items)}`;
    case 'order-item':
      return `${show(node.expression)}${node.direction ? `:${node.direction}` : ''}${node.nulls ? `:nulls-${node.nulls}` : ''}`;
    default:
      return showOther(node, text);
  }
}

type Shown = Extract<SqlNode, { kind: string }>;

function showOther(node: Shown, text: string): string {
  const show = (each: SqlNode): string => showTree(each, text);
  const list = (nodes: readonly SqlNode[]): string => nodes.map(show).join(' ');
  const maybe = (word: string, each: SqlNode | undefined): string[] => (each ? [`${word} ${show(each)}`] : []);
  switch (node.kind) {
    case 'query':
      return [
        ...(node.with ? [show(node.with)] : []),
        show(node.body),
        ...(node.orderBy ? [show(node.orderBy)] : []),
        ...(node.limit ? [show(node.limit)] : []),
        ...node.pipes.map(() => '|>'),
        ...node.others.map(span => `~${text.slice(span.start, span.end)}~`),
      ].join(' ');
    case 'with':
      return `with${node.recursive ? '-recursive' : ''} ${node.ctes.map(show).join(', ')};`;
    case 'cte':
      return `${show(node.name)}${node.columns ? `(${list(node.columns)})` : ''}=${node.isClosed ? '' : 'open'}{${show(node.query)}}`;
    case 'select':
      return [
        ...(node.keyword ? ['select'] : []),
        ...(node.distinct ? [node.distinct.on ? `distinct-on(${list(node.distinct.on)})` : 'distinct'] : []),
        ...(node.top ? [text.slice(node.top.start, node.top.end)] : []),
        ...(node.as ? [`as-${node.as}`] : []),
        node.items.map(show).join(', '),
        ...maybe('', node.from).map(each => each.trim()),
        ...(node.where ? [`where ${show(node.where.condition)}`] : []),
        ...maybe('', node.groupBy).map(each => each.trim()),
        ...(node.having ? [`having ${show(node.having.condition)}`] : []),
        ...(node.qualify ? [`qualify ${show(node.qualify.condition)}`] : []),
        ...node.windows.map(each => `window ${show(each.name)} ${show(each.window)}`),
        ...node.others.map(span => `~${text.slice(span.start, span.end)}~`),
      ]
        .filter(part => part !== '')
        .join(' ');
    case 'item':
      return node.aliasFirst
        ? `${show(node.alias!)} := ${show(node.expression)}`
        : `${show(node.expression)}${node.alias ? ` as ${show(node.alias)}` : ''}${node.aliases ? ` as (${list(node.aliases)})` : ''}`;
    case 'star':
      return [
        `${node.qualifier ? `${show(node.qualifier)}.` : ''}*`,
        ...(node.exclude.length > 0 ? [`exclude(${list(node.exclude)})`] : []),
        ...(node.replace.length > 0 ? [`replace(${list(node.replace)})`] : []),
        ...(node.rename.length > 0
          ? [`rename(${node.rename.map(each => `${each.from.name}>${each.to.name}`).join(' ')})`]
          : []),
        ...(node.isFiltered ? ['filtered'] : []),
      ].join(' ');
    case 'from':
      return `from ${node.items.map(show).join(', ')}`;
    case 'group-by':
      return `group ${node.all ? 'all' : list(node.items)}`;
    case 'grouping':
      return `${node.form}(${list(node.items)})`;
    case 'limit':
      return [...maybe('limit', node.limit), ...maybe('offset', node.offset)].join(' ') || 'limit';
    case 'parenthesized-query':
      return `(${show(node.query)})`;
    case 'table-body':
      return `table ${show(node.name)}`;
    case 'pivot-statement':
      return `pivot-statement ${show(node.source)}`;
    case 'values':
      return `values ${node.rows.map(row => `(${list(row)})`).join(' ')}`;
    case 'set-operation':
      return `[${show(node.left)} ${node.operator}${node.quantifier ? `-${node.quantifier}` : ''}${node.byName ? '-by-name' : ''} ${show(node.right)}]`;
    case 'table':
      return `${show(node.name)}${aliased(node, show)}${node.modifiers.map(span => ` ~${text.slice(span.start, span.end)}~`).join('')}`;
    case 'table-function':
      return `${node.lateral ? 'lateral ' : ''}${node.name ? show(node.name) : ''}(${node.arguments.map((each, i) => (node.argumentNames[i] ? `${show(node.argumentNames[i]!)}=>` : '') + show(each)).join(' ')})${aliased(node, show)}`;
    case 'subquery':
      return `${node.lateral ? 'lateral ' : ''}{${show(node.query)}}${aliased(node, show)}`;
    case 'unnest':
      return `unnest(${list(node.arguments)})${aliased(node, show)}${node.offset ? ` ${node.offset.form} ${node.offset.name ? show(node.offset.name) : ''}`.trimEnd() : ''}`;
    case 'parenthesized-table':
      return `(${show(node.table)})${aliased(node, show)}`;
    case 'pivoted':
      return `${node.form}(${show(node.source)} | ${list(node.items)})${aliased(node, show)}`;
    case 'match-recognize':
      return `match(${show(node.source)})${aliased(node, show)}`;
    case 'unknown-table':
      return `?${aliased(node, show)}`;
    case 'join':
      return `(${[node.natural ? 'natural' : '', node.modifier ?? '', node.type].filter(part => part !== '').join('-')} ${show(node.left)} ${show(node.right)}${node.matchCondition ? ` match ${show(node.matchCondition)}` : ''}${node.on ? ` on ${show(node.on)}` : ''}${node.using ? ` using ${list(node.using)}` : ''})`;
    case 'table-alias':
      return `${show(node.name)}${node.columns ? `(${list(node.columns)})` : ''}`;
    case 'other-statement':
      return `other ${node.keyword}`;
    case 'insert':
      return [
        ...(node.with ? [show(node.with)] : []),
        node.overwrite ? 'insert-overwrite' : 'insert',
        show(node.target),
        ...(node.columns ? [`(${list(node.columns)})`] : []),
        ...(node.source ? [show(node.source)] : []),
      ].join(' ');
    case 'update':
      return [
        ...(node.with ? [show(node.with)] : []),
        'update',
        show(node.target),
        ...node.set.map(show),
        ...node.from.map(each => `from ${show(each)}`),
        ...maybe('where', node.where),
      ].join(' ');
    case 'delete':
      return [
        ...(node.with ? [show(node.with)] : []),
        'delete',
        show(node.target),
        ...node.using.map(each => `using ${show(each)}`),
        ...maybe('where', node.where),
      ].join(' ');
    case 'assignment':
      return `${show(node.target)}:=${show(node.value)}`;
    case 'merge':
      return `merge ${show(node.target)} using ${show(node.source)} on ${show(node.on)} ${node.branches.map(show).join(' ')}`;
    case 'merge-branch':
      return `<${node.match}${node.condition ? ` and ${show(node.condition)}` : ''} ${show(node.action)}>`;
    case 'merge-update':
      return `update ${node.all ? '*' : list(node.set)}`;
    case 'merge-insert':
      return `insert ${node.all ? '*' : `(${list(node.columns ?? [])}) (${list(node.values)})`}`;
    case 'merge-delete':
      return 'delete';
    case 'merge-nothing':
      return 'nothing';
    case 'create':
      return [
        `create-${node.object}`,
        ...(node.orReplace ? ['or-replace'] : []),
        ...(node.temporary ? ['temporary'] : []),
        show(node.name),
        ...node.columns.map(show),
        ...(node.query ? [show(node.query)] : []),
      ].join(' ');
    case 'column-definition':
      return `[${[show(node.name), ...(node.type ? [show(node.type)] : []), ...(node.notNull ? ['not-null'] : []), ...(node.primaryKey ? ['key'] : []), ...(node.unique ? ['unique'] : [])].join(' ')}]`;
    default:
      return node.kind;
  }
}

function aliased(node: { readonly alias?: SqlNode | undefined }, show: (node: SqlNode) => string): string {
  return node.alias ? ` as ${show(node.alias)}` : '';
}
