/** Shared by the rules on changes of contracts. */
export const strengthened = {
  type: 'choice',
  description:
    'How a promise that became stronger (a column made required or unique, a value removed, a tighter range) counts for readers of an output contract.',
  default: 'risky',
  choices: ['risky', 'breaking'],
} as const;
