/** What the configuration must know of a rule, as data: enough to check settings and to write the schema. */
export interface RuleDeclaration {
  readonly id: string;
  readonly topic: string;
  readonly summary: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly options?: {
    readonly [name: string]: {
      readonly type: 'list' | 'flag' | 'number' | 'text' | 'choice';
      readonly description: string;
      readonly default: unknown;
      readonly choices?: readonly string[];
      readonly minimum?: number;
      readonly maximum?: number;
    };
  };
}
