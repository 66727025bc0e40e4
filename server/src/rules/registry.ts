/** Every rule, by topic and id. Written by `npm run gen`. */

import breakingChange from './contract/breaking-change.ts';
import classificationMissing from './contract/classification-missing.ts';
import contractContradiction from './contract/contract-contradiction.ts';
import contractDrift from './contract/contract-drift.ts';
import contractEnforcedWithoutType from './contract/contract-enforced-without-type.ts';
import contractIncomplete from './contract/contract-incomplete.ts';
import contractNotDelivered from './contract/contract-not-delivered.ts';
import contractSchema from './contract/contract-schema.ts';
import downstreamOfBreak from './contract/downstream-of-break.ts';
import piiExposed from './contract/pii-exposed.ts';
import piiUntagged from './contract/pii-untagged.ts';
import probableRename from './contract/probable-rename.ts';
import versionBump from './contract/version-bump.ts';
import asOfJoinDropsFacts from './history/as-of-join-drops-facts.ts';
import attributeTypeUndeclared from './history/attribute-type-undeclared.ts';
import betweenValidity from './history/between-validity.ts';
import currentFlagDrifts from './history/current-flag-drifts.ts';
import deleteByAbsenceOfDelta from './history/delete-by-absence-of-delta.ts';
import emptyTargetWatermark from './history/empty-target-watermark.ts';
import factKeepsNaturalKey from './history/fact-keeps-natural-key.ts';
import hashDiffCollides from './history/hash-diff-collides.ts';
import historyUndeclared from './history/history-undeclared.ts';
import lateOverwritesNewer from './history/late-overwrites-newer.ts';
import loadClockAsFreshness from './history/load-clock-as-freshness.ts';
import mergeAlwaysUpdates from './history/merge-always-updates.ts';
import mergeChangeDetectionDiffers from './history/merge-change-detection-differs.ts';
import mergeClockHandshake from './history/merge-clock-handshake.ts';
import mergeClosesBackwards from './history/merge-closes-backwards.ts';
import mergeKeepsOldVersionOpen from './history/merge-keeps-old-version-open.ts';
import mergeLosesVersion from './history/merge-loses-version.ts';
import mergeNullBlindChange from './history/merge-null-blind-change.ts';
import mergeSourceNotUnique from './history/merge-source-not-unique.ts';
import mixedOpenEnd from './history/mixed-open-end.ts';
import openEndCompared from './history/open-end-compared.ts';
import processingTimeValidity from './history/processing-time-validity.ts';
import snapshotConfig from './history/snapshot-config.ts';
import snapshotKeyNullable from './history/snapshot-key-nullable.ts';
import snapshotWithLogic from './history/snapshot-with-logic.ts';
import type1KeepsHistory from './history/type1-keeps-history.ts';
import type2Columns from './history/type2-columns.ts';
import type2NaturalKeyUniqueTest from './history/type2-natural-key-unique-test.ts';
import type2Tests from './history/type2-tests.ts';
import type3OverwritesPrevious from './history/type3-overwrites-previous.ts';
import type3PreviousColumn from './history/type3-previous-column.ts';
import type4HistoryTable from './history/type4-history-table.ts';
import type6Columns from './history/type6-columns.ts';
import uniqueKeyErasesHistory from './history/unique-key-erases-history.ts';
import versionBlindJoin from './history/version-blind-join.ts';
import versionWindowUnkeyed from './history/version-window-unkeyed.ts';
import averageOfAverages from './modeling/average-of-averages.ts';
import bridgeWithoutWeight from './modeling/bridge-without-weight.ts';
import chasmTrap from './modeling/chasm-trap.ts';
import dateRoleUnaliased from './modeling/date-role-unaliased.ts';
import descriptiveTextInFact from './modeling/descriptive-text-in-fact.ts';
import dimensionDrift from './modeling/dimension-drift.ts';
import dimensionWithoutSurrogateKey from './modeling/dimension-without-surrogate-key.ts';
import dimensionWithoutUnknownMember from './modeling/dimension-without-unknown-member.ts';
import factJoinsFact from './modeling/fact-joins-fact.ts';
import factWithoutMeasures from './modeling/fact-without-measures.ts';
import foreignKeyTargetNotUnique from './modeling/foreign-key-target-not-unique.ts';
import foreignKeyUntested from './modeling/foreign-key-untested.ts';
import grainBroken from './modeling/grain-broken.ts';
import grainUndeclared from './modeling/grain-undeclared.ts';
import grainUntested from './modeling/grain-untested.ts';
import invalidMeaning from './modeling/invalid-meaning.ts';
import invalidSpecification from './modeling/invalid-specification.ts';
import joinFansOut from './modeling/join-fans-out.ts';
import measureUndeclared from './modeling/measure-undeclared.ts';
import mixedUnits from './modeling/mixed-units.ts';
import snowflakedDimension from './modeling/snowflaked-dimension.ts';
import specificationDrift from './modeling/specification-drift.ts';
import sumOfDistinctCounts from './modeling/sum-of-distinct-counts.ts';
import sumOfRatio from './modeling/sum-of-ratio.ts';
import sumOverTime from './modeling/sum-over-time.ts';
import vaultColumns from './modeling/vault-columns.ts';
import amountName from './naming/amount-name.ts';
import booleanName from './naming/boolean-name.ts';
import countName from './naming/count-name.ts';
import dateName from './naming/date-name.ts';
import duplicateModelName from './naming/duplicate-model-name.ts';
import inconsistentType from './naming/inconsistent-type.ts';
import keyName from './naming/key-name.ts';
import misleadingName from './naming/misleading-name.ts';
import modelFolder from './naming/model-folder.ts';
import modelName from './naming/model-name.ts';
import notSnakeCase from './naming/not-snake-case.ts';
import ratioName from './naming/ratio-name.ts';
import reservedIdentifier from './naming/reserved-identifier.ts';
import timestampName from './naming/timestamp-name.ts';
import amountUntested from './project/amount-untested.ts';
import columnDrift from './project/column-drift.ts';
import columnUndocumented from './project/column-undocumented.ts';
import deprecatedKey from './project/deprecated-key.ts';
import duplicateTest from './project/duplicate-test.ts';
import duplicateYamlColumn from './project/duplicate-yaml-column.ts';
import freshnessUntested from './project/freshness-untested.ts';
import guardWithoutIncremental from './project/guard-without-incremental.ts';
import hardCodedTable from './project/hard-coded-table.ts';
import incrementalFilterAfterOr from './project/incremental-filter-after-or.ts';
import incrementalWithoutGuard from './project/incremental-without-guard.ts';
import incrementalWithoutKey from './project/incremental-without-key.ts';
import incrementalWithoutLookback from './project/incremental-without-lookback.ts';
import invalidConfiguration from './project/invalid-configuration.ts';
import keyUntested from './project/key-untested.ts';
import layerSkipped from './project/layer-skipped.ts';
import materializationByLayer from './project/materialization-by-layer.ts';
import mergeKeyLacksPartition from './project/merge-key-lacks-partition.ts';
import modelUndocumented from './project/model-undocumented.ts';
import notNullContradicted from './project/not-null-contradicted.ts';
import refCycle from './project/ref-cycle.ts';
import rootModel from './project/root-model.ts';
import schemaChangeUnstated from './project/schema-change-unstated.ts';
import selfReadWithoutGuard from './project/self-read-without-guard.ts';
import sourceReadTwice from './project/source-read-twice.ts';
import stagingJoins from './project/staging-joins.ts';
import statusUntested from './project/status-untested.ts';
import trailingSemicolon from './project/trailing-semicolon.ts';
import uniqueContradicted from './project/unique-contradicted.ts';
import unknownKey from './project/unknown-key.ts';
import unknownMacro from './project/unknown-macro.ts';
import unknownRef from './project/unknown-ref.ts';
import unknownSource from './project/unknown-source.ts';
import unknownVar from './project/unknown-var.ts';
import unseenRef from './project/unseen-ref.ts';
import unusedModel from './project/unused-model.ts';
import unusedSource from './project/unused-source.ts';
import unusedSuppression from './project/unused-suppression.ts';
import valuesDrift from './project/values-drift.ts';
import yamlWithoutModel from './project/yaml-without-model.ts';
import type { Rule } from './rule.ts';
import aliasShadowsColumn from './sql/alias-shadows-column.ts';
import ambiguousColumn from './sql/ambiguous-column.ts';
import betweenTimestamps from './sql/between-timestamps.ts';
import changeWithoutWhere from './sql/change-without-where.ts';
import constantCondition from './sql/constant-condition.ts';
import correlatedSubquery from './sql/correlated-subquery.ts';
import countNullableColumn from './sql/count-nullable-column.ts';
import crossJoin from './sql/cross-join.ts';
import distinctHidesDuplicates from './sql/distinct-hides-duplicates.ts';
import divisionByZero from './sql/division-by-zero.ts';
import duplicateAlias from './sql/duplicate-alias.ts';
import duplicateOutputColumn from './sql/duplicate-output-column.ts';
import filterWrapsColumn from './sql/filter-wraps-column.ts';
import floatMoney from './sql/float-money.ts';
import groupByIncomplete from './sql/group-by-incomplete.ts';
import integerDivision from './sql/integer-division.ts';
import joinIgnoresTable from './sql/join-ignores-table.ts';
import joinTypeMismatch from './sql/join-type-mismatch.ts';
import keyHashWithoutSeparator from './sql/key-hash-without-separator.ts';
import limitWithoutOrderBy from './sql/limit-without-order-by.ts';
import notInNullable from './sql/not-in-nullable.ts';
import nullComparison from './sql/null-comparison.ts';
import orInJoin from './sql/or-in-join.ts';
import orderByWithoutLimit from './sql/order-by-without-limit.ts';
import outerJoinUndone from './sql/outer-join-undone.ts';
import partitionFilterMissing from './sql/partition-filter-missing.ts';
import randomKey from './sql/random-key.ts';
import repeatedScan from './sql/repeated-scan.ts';
import selectStar from './sql/select-star.ts';
import setOperationColumns from './sql/set-operation-columns.ts';
import setOperationOrder from './sql/set-operation-order.ts';
import stringMatchInFilter from './sql/string-match-in-filter.ts';
import syntaxError from './sql/syntax-error.ts';
import tooComplex from './sql/too-complex.ts';
import unionDropsDuplicates from './sql/union-drops-duplicates.ts';
import unknownColumn from './sql/unknown-column.ts';
import unnamedOutputColumn from './sql/unnamed-output-column.ts';
import unqualifiedColumn from './sql/unqualified-column.ts';
import unusedAlias from './sql/unused-alias.ts';
import unusedCte from './sql/unused-cte.ts';
import unusedJoin from './sql/unused-join.ts';
import windowOrderMissing from './sql/window-order-missing.ts';
import writeWithoutDedup from './sql/write-without-dedup.ts';

export const RULES: readonly Rule[] = [
  { id: 'breaking-change', topic: 'contract', ...breakingChange },
  { id: 'classification-missing', topic: 'contract', ...classificationMissing },
  { id: 'contract-contradiction', topic: 'contract', ...contractContradiction },
  { id: 'contract-drift', topic: 'contract', ...contractDrift },
  { id: 'contract-enforced-without-type', topic: 'contract', ...contractEnforcedWithoutType },
  { id: 'contract-incomplete', topic: 'contract', ...contractIncomplete },
  { id: 'contract-not-delivered', topic: 'contract', ...contractNotDelivered },
  { id: 'contract-schema', topic: 'contract', ...contractSchema },
  { id: 'downstream-of-break', topic: 'contract', ...downstreamOfBreak },
  { id: 'pii-exposed', topic: 'contract', ...piiExposed },
  { id: 'pii-untagged', topic: 'contract', ...piiUntagged },
  { id: 'probable-rename', topic: 'contract', ...probableRename },
  { id: 'version-bump', topic: 'contract', ...versionBump },
  { id: 'as-of-join-drops-facts', topic: 'history', ...asOfJoinDropsFacts },
  { id: 'attribute-type-undeclared', topic: 'history', ...attributeTypeUndeclared },
  { id: 'between-validity', topic: 'history', ...betweenValidity },
  { id: 'current-flag-drifts', topic: 'history', ...currentFlagDrifts },
  { id: 'delete-by-absence-of-delta', topic: 'history', ...deleteByAbsenceOfDelta },
  { id: 'empty-target-watermark', topic: 'history', ...emptyTargetWatermark },
  { id: 'fact-keeps-natural-key', topic: 'history', ...factKeepsNaturalKey },
  { id: 'hash-diff-collides', topic: 'history', ...hashDiffCollides },
  { id: 'history-undeclared', topic: 'history', ...historyUndeclared },
  { id: 'late-overwrites-newer', topic: 'history', ...lateOverwritesNewer },
  { id: 'load-clock-as-freshness', topic: 'history', ...loadClockAsFreshness },
  { id: 'merge-always-updates', topic: 'history', ...mergeAlwaysUpdates },
  { id: 'merge-change-detection-differs', topic: 'history', ...mergeChangeDetectionDiffers },
  { id: 'merge-clock-handshake', topic: 'history', ...mergeClockHandshake },
  { id: 'merge-closes-backwards', topic: 'history', ...mergeClosesBackwards },
  { id: 'merge-keeps-old-version-open', topic: 'history', ...mergeKeepsOldVersionOpen },
  { id: 'merge-loses-version', topic: 'history', ...mergeLosesVersion },
  { id: 'merge-null-blind-change', topic: 'history', ...mergeNullBlindChange },
  { id: 'merge-source-not-unique', topic: 'history', ...mergeSourceNotUnique },
  { id: 'mixed-open-end', topic: 'history', ...mixedOpenEnd },
  { id: 'open-end-compared', topic: 'history', ...openEndCompared },
  { id: 'processing-time-validity', topic: 'history', ...processingTimeValidity },
  { id: 'snapshot-config', topic: 'history', ...snapshotConfig },
  { id: 'snapshot-key-nullable', topic: 'history', ...snapshotKeyNullable },
  { id: 'snapshot-with-logic', topic: 'history', ...snapshotWithLogic },
  { id: 'type1-keeps-history', topic: 'history', ...type1KeepsHistory },
  { id: 'type2-columns', topic: 'history', ...type2Columns },
  { id: 'type2-natural-key-unique-test', topic: 'history', ...type2NaturalKeyUniqueTest },
  { id: 'type2-tests', topic: 'history', ...type2Tests },
  { id: 'type3-overwrites-previous', topic: 'history', ...type3OverwritesPrevious },
  { id: 'type3-previous-column', topic: 'history', ...type3PreviousColumn },
  { id: 'type4-history-table', topic: 'history', ...type4HistoryTable },
  { id: 'type6-columns', topic: 'history', ...type6Columns },
  { id: 'unique-key-erases-history', topic: 'history', ...uniqueKeyErasesHistory },
  { id: 'version-blind-join', topic: 'history', ...versionBlindJoin },
  { id: 'version-window-unkeyed', topic: 'history', ...versionWindowUnkeyed },
  { id: 'average-of-averages', topic: 'modeling', ...averageOfAverages },
  { id: 'bridge-without-weight', topic: 'modeling', ...bridgeWithoutWeight },
  { id: 'chasm-trap', topic: 'modeling', ...chasmTrap },
  { id: 'date-role-unaliased', topic: 'modeling', ...dateRoleUnaliased },
  { id: 'descriptive-text-in-fact', topic: 'modeling', ...descriptiveTextInFact },
  { id: 'dimension-drift', topic: 'modeling', ...dimensionDrift },
  { id: 'dimension-without-surrogate-key', topic: 'modeling', ...dimensionWithoutSurrogateKey },
  { id: 'dimension-without-unknown-member', topic: 'modeling', ...dimensionWithoutUnknownMember },
  { id: 'fact-joins-fact', topic: 'modeling', ...factJoinsFact },
  { id: 'fact-without-measures', topic: 'modeling', ...factWithoutMeasures },
  { id: 'foreign-key-target-not-unique', topic: 'modeling', ...foreignKeyTargetNotUnique },
  { id: 'foreign-key-untested', topic: 'modeling', ...foreignKeyUntested },
  { id: 'grain-broken', topic: 'modeling', ...grainBroken },
  { id: 'grain-undeclared', topic: 'modeling', ...grainUndeclared },
  { id: 'grain-untested', topic: 'modeling', ...grainUntested },
  { id: 'invalid-meaning', topic: 'modeling', ...invalidMeaning },
  { id: 'invalid-specification', topic: 'modeling', ...invalidSpecification },
  { id: 'join-fans-out', topic: 'modeling', ...joinFansOut },
  { id: 'measure-undeclared', topic: 'modeling', ...measureUndeclared },
  { id: 'mixed-units', topic: 'modeling', ...mixedUnits },
  { id: 'snowflaked-dimension', topic: 'modeling', ...snowflakedDimension },
  { id: 'specification-drift', topic: 'modeling', ...specificationDrift },
  { id: 'sum-of-distinct-counts', topic: 'modeling', ...sumOfDistinctCounts },
  { id: 'sum-of-ratio', topic: 'modeling', ...sumOfRatio },
  { id: 'sum-over-time', topic: 'modeling', ...sumOverTime },
  { id: 'vault-columns', topic: 'modeling', ...vaultColumns },
  { id: 'amount-name', topic: 'naming', ...amountName },
  { id: 'boolean-name', topic: 'naming', ...booleanName },
  { id: 'count-name', topic: 'naming', ...countName },
  { id: 'date-name', topic: 'naming', ...dateName },
  { id: 'duplicate-model-name', topic: 'naming', ...duplicateModelName },
  { id: 'inconsistent-type', topic: 'naming', ...inconsistentType },
  { id: 'key-name', topic: 'naming', ...keyName },
  { id: 'misleading-name', topic: 'naming', ...misleadingName },
  { id: 'model-folder', topic: 'naming', ...modelFolder },
  { id: 'model-name', topic: 'naming', ...modelName },
  { id: 'not-snake-case', topic: 'naming', ...notSnakeCase },
  { id: 'ratio-name', topic: 'naming', ...ratioName },
  { id: 'reserved-identifier', topic: 'naming', ...reservedIdentifier },
  { id: 'timestamp-name', topic: 'naming', ...timestampName },
  { id: 'amount-untested', topic: 'project', ...amountUntested },
  { id: 'column-drift', topic: 'project', ...columnDrift },
  { id: 'column-undocumented', topic: 'project', ...columnUndocumented },
  { id: 'deprecated-key', topic: 'project', ...deprecatedKey },
  { id: 'duplicate-test', topic: 'project', ...duplicateTest },
  { id: 'duplicate-yaml-column', topic: 'project', ...duplicateYamlColumn },
  { id: 'freshness-untested', topic: 'project', ...freshnessUntested },
  { id: 'guard-without-incremental', topic: 'project', ...guardWithoutIncremental },
  { id: 'hard-coded-table', topic: 'project', ...hardCodedTable },
  { id: 'incremental-filter-after-or', topic: 'project', ...incrementalFilterAfterOr },
  { id: 'incremental-without-guard', topic: 'project', ...incrementalWithoutGuard },
  { id: 'incremental-without-key', topic: 'project', ...incrementalWithoutKey },
  { id: 'incremental-without-lookback', topic: 'project', ...incrementalWithoutLookback },
  { id: 'invalid-configuration', topic: 'project', ...invalidConfiguration },
  { id: 'key-untested', topic: 'project', ...keyUntested },
  { id: 'layer-skipped', topic: 'project', ...layerSkipped },
  { id: 'materialization-by-layer', topic: 'project', ...materializationByLayer },
  { id: 'merge-key-lacks-partition', topic: 'project', ...mergeKeyLacksPartition },
  { id: 'model-undocumented', topic: 'project', ...modelUndocumented },
  { id: 'not-null-contradicted', topic: 'project', ...notNullContradicted },
  { id: 'ref-cycle', topic: 'project', ...refCycle },
  { id: 'root-model', topic: 'project', ...rootModel },
  { id: 'schema-change-unstated', topic: 'project', ...schemaChangeUnstated },
  { id: 'self-read-without-guard', topic: 'project', ...selfReadWithoutGuard },
  { id: 'source-read-twice', topic: 'project', ...sourceReadTwice },
  { id: 'staging-joins', topic: 'project', ...stagingJoins },
  { id: 'status-untested', topic: 'project', ...statusUntested },
  { id: 'trailing-semicolon', topic: 'project', ...trailingSemicolon },
  { id: 'unique-contradicted', topic: 'project', ...uniqueContradicted },
  { id: 'unknown-key', topic: 'project', ...unknownKey },
  { id: 'unknown-macro', topic: 'project', ...unknownMacro },
  { id: 'unknown-ref', topic: 'project', ...unknownRef },
  { id: 'unknown-source', topic: 'project', ...unknownSource },
  { id: 'unknown-var', topic: 'project', ...unknownVar },
  { id: 'unseen-ref', topic: 'project', ...unseenRef },
  { id: 'unused-model', topic: 'project', ...unusedModel },
  { id: 'unused-source', topic: 'project', ...unusedSource },
  { id: 'unused-suppression', topic: 'project', ...unusedSuppression },
  { id: 'values-drift', topic: 'project', ...valuesDrift },
  { id: 'yaml-without-model', topic: 'project', ...yamlWithoutModel },
  { id: 'alias-shadows-column', topic: 'sql', ...aliasShadowsColumn },
  { id: 'ambiguous-column', topic: 'sql', ...ambiguousColumn },
  { id: 'between-timestamps', topic: 'sql', ...betweenTimestamps },
  { id: 'change-without-where', topic: 'sql', ...changeWithoutWhere },
  { id: 'constant-condition', topic: 'sql', ...constantCondition },
  { id: 'correlated-subquery', topic: 'sql', ...correlatedSubquery },
  { id: 'count-nullable-column', topic: 'sql', ...countNullableColumn },
  { id: 'cross-join', topic: 'sql', ...crossJoin },
  { id: 'distinct-hides-duplicates', topic: 'sql', ...distinctHidesDuplicates },
  { id: 'division-by-zero', topic: 'sql', ...divisionByZero },
  { id: 'duplicate-alias', topic: 'sql', ...duplicateAlias },
  { id: 'duplicate-output-column', topic: 'sql', ...duplicateOutputColumn },
  { id: 'filter-wraps-column', topic: 'sql', ...filterWrapsColumn },
  { id: 'float-money', topic: 'sql', ...floatMoney },
  { id: 'group-by-incomplete', topic: 'sql', ...groupByIncomplete },
  { id: 'integer-division', topic: 'sql', ...integerDivision },
  { id: 'join-ignores-table', topic: 'sql', ...joinIgnoresTable },
  { id: 'join-type-mismatch', topic: 'sql', ...joinTypeMismatch },
  { id: 'key-hash-without-separator', topic: 'sql', ...keyHashWithoutSeparator },
  { id: 'limit-without-order-by', topic: 'sql', ...limitWithoutOrderBy },
  { id: 'not-in-nullable', topic: 'sql', ...notInNullable },
  { id: 'null-comparison', topic: 'sql', ...nullComparison },
  { id: 'or-in-join', topic: 'sql', ...orInJoin },
  { id: 'order-by-without-limit', topic: 'sql', ...orderByWithoutLimit },
  { id: 'outer-join-undone', topic: 'sql', ...outerJoinUndone },
  { id: 'partition-filter-missing', topic: 'sql', ...partitionFilterMissing },
  { id: 'random-key', topic: 'sql', ...randomKey },
  { id: 'repeated-scan', topic: 'sql', ...repeatedScan },
  { id: 'select-star', topic: 'sql', ...selectStar },
  { id: 'set-operation-columns', topic: 'sql', ...setOperationColumns },
  { id: 'set-operation-order', topic: 'sql', ...setOperationOrder },
  { id: 'string-match-in-filter', topic: 'sql', ...stringMatchInFilter },
  { id: 'syntax-error', topic: 'sql', ...syntaxError },
  { id: 'too-complex', topic: 'sql', ...tooComplex },
  { id: 'union-drops-duplicates', topic: 'sql', ...unionDropsDuplicates },
  { id: 'unknown-column', topic: 'sql', ...unknownColumn },
  { id: 'unnamed-output-column', topic: 'sql', ...unnamedOutputColumn },
  { id: 'unqualified-column', topic: 'sql', ...unqualifiedColumn },
  { id: 'unused-alias', topic: 'sql', ...unusedAlias },
  { id: 'unused-cte', topic: 'sql', ...unusedCte },
  { id: 'unused-join', topic: 'sql', ...unusedJoin },
  { id: 'window-order-missing', topic: 'sql', ...windowOrderMissing },
  { id: 'write-without-dedup', topic: 'sql', ...writeWithoutDedup },
];
