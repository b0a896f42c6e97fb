export interface DatabaseConnection {
  /** Runs one statement with `$1`, `$2`… as parameters. Statements may run concurrently. */
  query<Row = Record<string, unknown>>(sql: string, parameters: readonly unknown[]): Promise<Row[]>;

  /** What it leads to, without credentials. */
  describe(): string;

  close(): Promise<void>;
}
