const PAGES = 'https://github.com/grainline/grainline/blob/main/docs/rules/';

/** The page that explains a rule. */
export function ruleUrl(id: string): string {
  return `${PAGES}${encodeURIComponent(id)}.md`;
}
