// `npm start`: from a fresh clone to the product at work on the example project.

import { join } from 'node:path';
import { REPOSITORY, setup } from './setup.mjs';

setup();
const { runNode } = await import('./steps.mjs');

const built = await runNode(join('tools', 'build.mjs'));
if (built.code !== 0) process.exit(built.code);

const color = process.stdout.isTTY && !process.env.NO_COLOR ? { FORCE_COLOR: '1' } : {};
console.log('\nThe example project test/projects/shop has planted defects. This is what Grainline says of it:\n');
const checked = await runNode(join('dist', 'cli.js'), ['check', '--project', join('test', 'projects', 'shop')], {
  env: color,
});
// Findings are what the example is for; only a fault is one.
if (checked.code > 1) process.exit(checked.code);

console.log(`
In VS Code: open ${REPOSITORY} and press F5, or install a package: \`npm run package\`, then \`code --install-extension\` the .vsix file.
In a terminal: \`node dist/cli.js check PATH\` in any dbt project, \`node dist/cli.js --help\` for more.`);
