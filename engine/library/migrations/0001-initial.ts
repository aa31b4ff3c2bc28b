import type { Migration } from './migration.ts'

export const applicationId = 0x466f4c62 // “FoLb”: not another program's database

/**
 * Times `…_ns` in nanoseconds, `…_at` in milliseconds since 1970 UTC, sizes in bytes; JSON
 * as the contract's schemas.
 */
const tables = `
  CREATE TABLE machine (
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
  ) STRICT;

  CREATE TABLE environment (
    id INTEGER PRIMARY KEY,
    machine_id INTEGER NOT NULL REFERENCES machine (id),
    kernel_release TEXT NOT NULL,
    content TEXT NOT NULL CHECK (json_valid(content))
  ) STRICT;
  CREATE INDEX environment_machine ON environment (machine_id);

  CREATE TABLE run (
    id TEXT PRIMARY KEY,
    environment_id INTEGER NOT NULL REFERENCES environment (id),
    label TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('running', 'complete', 'cancelled', 'interrupted', 'failed')),
    status_reason TEXT NOT NULL,
    created_at REAL NOT NULL,
    ended_at REAL,
    deleted_at REAL,
    plan TEXT NOT NULL CHECK (json_valid(plan))
  ) STRICT;
  CREATE INDEX run_environment ON run (environment_id);

  CREATE TABLE variant (
    run_id TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    variant_index INTEGER NOT NULL,
    label TEXT NOT NULL,
    target TEXT NOT NULL,
    content TEXT NOT NULL CHECK (json_valid(content)),
    PRIMARY KEY (run_id, variant_index)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE "case" (
    id INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL,
    variant_index INTEGER NOT NULL,
    cell_index INTEGER NOT NULL,
    benchmark TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    folio_bytes INTEGER NOT NULL,
    tasks INTEGER NOT NULL,
    UNIQUE (run_id, cell_index, variant_index),
    FOREIGN KEY (run_id, variant_index) REFERENCES variant (run_id, variant_index) ON DELETE CASCADE
  ) STRICT;
  CREATE INDEX case_benchmark ON "case" (benchmark);

  CREATE TABLE sample (
    run_id TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    schedule_index INTEGER NOT NULL,
    case_id INTEGER NOT NULL REFERENCES "case" (id) ON DELETE CASCADE,
    session INTEGER NOT NULL,
    block INTEGER NOT NULL,
    round INTEGER NOT NULL,
    warmup INTEGER NOT NULL CHECK (warmup IN (0, 1)),
    started_at REAL NOT NULL,
    round_trip_ns REAL NOT NULL,
    setup_ns REAL NOT NULL,
    elapsed_ns REAL NOT NULL,
    teardown_ns REAL NOT NULL,
    work REAL NOT NULL,
    valid INTEGER NOT NULL CHECK (valid IN (0, 1)),
    reason TEXT,
    checks TEXT NOT NULL CHECK (json_valid(checks)),
    tasks TEXT NOT NULL CHECK (json_valid(tasks)),
    counters TEXT NOT NULL CHECK (json_valid(counters)),
    warnings TEXT NOT NULL CHECK (json_valid(warnings)),
    PRIMARY KEY (run_id, schedule_index),
    UNIQUE (case_id, round)
  ) STRICT;

  CREATE TABLE baseline (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    run_id TEXT NOT NULL,
    variant_index INTEGER NOT NULL,
    FOREIGN KEY (run_id, variant_index) REFERENCES variant (run_id, variant_index) ON DELETE CASCADE
  ) STRICT;

  CREATE TABLE note (
    run_id TEXT PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
    content TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE reference (
    machine TEXT NOT NULL,
    cpu TEXT NOT NULL,
    stage TEXT NOT NULL,
    benchmark TEXT NOT NULL,
    percent REAL NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (source, machine, stage, benchmark)
  ) STRICT, WITHOUT ROWID;
`

export const initial: Migration = {
  version: 1,
  apply(database) {
    database.pragma(`application_id = ${applicationId}`)
    database.exec(tables)
  },
}
