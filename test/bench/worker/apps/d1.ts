/** As much of D1's types as the bench's apps use: this folder is checked with Node's types, not with workerd's. */
export interface D1Statement {
  bind(...values: unknown[]): D1Statement;
  first(column?: string): Promise<unknown>;
  run(): Promise<unknown>;
  all(): Promise<unknown>;
  raw(options?: object): Promise<unknown>;
}

export interface D1 {
  prepare(sql: string): D1Statement;
  batch(statements: D1Statement[]): Promise<unknown>;
  exec(sql: string): Promise<unknown>;
}

/** Counts every call that goes to the database and back. */
export class CountingD1 implements D1 {
  count = 0;
  readonly #inner: D1;

  constructor(inner: D1) {
    this.#inner = inner;
  }

  prepare(sql: string): D1Statement {
    return new CountingStatement(this, this.#inner.prepare(sql));
  }

  batch(statements: D1Statement[]): Promise<unknown> {
    this.count++;
    return this.#inner.batch(statements.map((statement) => (statement as CountingStatement).inner));
  }

  exec(sql: string): Promise<unknown> {
    this.count++;
    return this.#inner.exec(sql);
  }
}

class CountingStatement implements D1Statement {
  readonly #db: CountingD1;
  readonly inner: D1Statement;

  constructor(db: CountingD1, inner: D1Statement) {
    this.#db = db;
    this.inner = inner;
  }

  bind(...values: unknown[]): D1Statement {
    return new CountingStatement(this.#db, this.inner.bind(...values));
  }

  first(column?: string): Promise<unknown> {
    this.#db.count++;
    return column === undefined ? this.inner.first() : this.inner.first(column);
  }

  run(): Promise<unknown> {
    this.#db.count++;
    return this.inner.run();
  }

  all(): Promise<unknown> {
    this.#db.count++;
    return this.inner.all();
  }

  raw(options?: object): Promise<unknown> {
    this.#db.count++;
    return this.inner.raw(options);
  }
}
