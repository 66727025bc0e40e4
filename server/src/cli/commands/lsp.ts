import type { Command } from '../command.ts';
import { EXIT } from '../io.ts';

export const lsp: Command = {
  name: 'lsp',
  summary: 'Run the language server for an editor, over standard input and output.',
  operands: '',
  description: ['Editors start it as: grainline lsp --stdio'],
  options: {
    stdio: { help: 'Speak over standard input and output; the only way, named because editors name it.' },
  },
  async run() {
    // Loaded only here: a check needs nothing of the protocol.
    const { startServer } = await import('../../lsp/main.ts');
    startServer();
    // The server ends the process when its editor says so.
    return EXIT.clean;
  },
};
