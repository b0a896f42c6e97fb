#!/usr/bin/env node
import { format } from 'node:util';
import { runCommand } from './command.js';

/** The command behind `npx nestjs-event-bus`. */
void main();

async function main(): Promise<void> {
  let code = 2;
  try {
    code = await runCommand(process.argv.slice(2), {
      directory: process.cwd(),
      out: (text) => process.stdout.write(text),
      error: (text) => process.stderr.write(text),
    });
  } catch (error) {
    process.stderr.write(`${format(error)}\n`);
  }
  // What the application opened, a connection say, must not keep the command from ending; what was written comes first.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}
