import { decision } from '../decision.ts';
import { documentFolder, documentPath, documentPlan, OWNER, orDecide } from '../documents.ts';
import { defineKind } from '../kind.ts';
import { answered } from '../model-kind.ts';
import { entityOf, singular } from '../naming.ts';
import { isBookkeeping, isTime, keyOf, sentence } from '../roles.ts';

export default defineKind({
  title: 'Feature store',
  summary: 'Features of an entity for machine learning, from the columns of a model.',
  group: 'documents',
  inputs: {
    from: { type: 'model', accepts: ['model', 'snapshot'], title: 'Which model has the features?', required: true },
    entity_key: {
      type: 'columns',
      title: 'Which columns name the entity?',
      required: true,
      proposes: 'its key',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        return relation && keyOf(relation);
      },
    },
    features: {
      type: 'columns',
      title: 'Which columns are features?',
      required: true,
      proposes: 'all that are neither key, time nor bookkeeping',
      propose: (context, answers) => {
        const relation = answered(context, answers);
        const key = new Set(relation ? keyOf(relation).map(name => name.toLowerCase()) : []);
        return relation?.columns
          .filter(column => !key.has(column.name.toLowerCase()) && !isTime(column) && !isBookkeeping(column.name))
          .map(column => column.name);
      },
    },
    owner: OWNER,
    online: { type: 'flag', title: 'Are they served with low latency?', default: false },
  },
  plan(context, { from, entity_key: key, features, owner, online }) {
    const folder = documentFolder('features', /\.features\.ya?ml$/, context);
    const entity = singular(entityOf(from.name));
    return documentPlan(documentPath(folder, `${entity}_features`, 'features.yml'), {
      feature_store: {
        name: `${entity}_features`,
        owner: orDecide(owner, 'team'),
        entity,
        entity_key: key.length === 1 ? (key[0] ?? '') : key,
        features: features.map(name => {
          const column = from.columns.find(each => each.name.toLowerCase() === name.toLowerCase());
          return {
            name,
            description: column?.description ?? decision(sentence(name)),
            type: typeWordOf(column?.type),
            source: from.label,
            computation: 'batch',
            freshness: 'daily',
            ttl_hours: 48,
          };
        }),
        serving: { online, offline: true, point_in_time_correct: true },
      },
    });
  },
});

function typeWordOf(type: string | undefined): string {
  switch (type) {
    case 'integer':
      return 'INT';
    case 'decimal':
    case 'float':
      return 'FLOAT';
    case 'boolean':
      return 'BOOLEAN';
    default:
      return 'STRING';
  }
}
