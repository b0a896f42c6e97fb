/** What was asked for can't be done: told without a stack. */
export class UsageError extends Error {}

/** Runs a program: a usage error is told in one line and ends it with exit code 2, another with its stack and 1. */
export async function runProgram(program) {
  try {
    await program();
  } catch (error) {
    const isUsage = error instanceof UsageError;
    console.error(isUsage ? error.message : error);
    process.exitCode = isUsage ? 2 : 1;
  }
}
