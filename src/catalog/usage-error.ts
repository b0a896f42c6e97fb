/** The command was asked for something that it can't do: the message says what to do instead. */
export class UsageError extends Error {}
