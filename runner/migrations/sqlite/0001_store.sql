-- Times are microseconds since 1970 in UTC. Ids of items hold their batch (see ids.rs).
-- Columns named sealed* or key hold ciphertext; *_index are blind indexes.

CREATE TABLE installation (
  id          INTEGER PRIMARY KEY CHECK (id = 1),
  uuid        TEXT    NOT NULL,
  created_at  INTEGER NOT NULL
);

CREATE TABLE batch (
  id            INTEGER PRIMARY KEY,
  schedule      TEXT    NOT NULL,
  bot           TEXT    NOT NULL,
  state         TEXT    NOT NULL CHECK (state IN ('loading', 'unreadable', 'checked',
                  'awaiting approval', 'running', 'paused', 'unresolved', 'complete', 'cancelled')),
  source        BLOB    NOT NULL,            -- SHA-256 of what was read
  again         INTEGER NOT NULL DEFAULT 0,  -- 0 the first time this source was run, then 1, 2, ...
  lookups       TEXT    NOT NULL,            -- JSON: lookup name -> SHA-256 in hex, or "none"
  today         TEXT    NOT NULL,            -- the run's day
  follows       INTEGER REFERENCES batch (id),
  policy        TEXT    NOT NULL,            -- hash of the policy it was begun with
  pattern       BLOB    NOT NULL,            -- what its rulings are packed against; nobody's data
  key           BLOB,
  sealed_source BLOB,                        -- name of the file and what was noticed while reading
  opened_by     TEXT    NOT NULL,
  created_at    INTEGER NOT NULL,
  ended_at      INTEGER,                     -- when nothing was in hand any more
  last_place    INTEGER NOT NULL DEFAULT 0,  -- intake is complete up to this place
  rows          INTEGER NOT NULL DEFAULT 0,
  rejected      INTEGER NOT NULL DEFAULT 0,
  duplicates    INTEGER NOT NULL DEFAULT 0,
  items         INTEGER NOT NULL DEFAULT 0,
  UNIQUE (schedule, source, again)
);
CREATE INDEX batch_state ON batch (state, id);

-- How many items of a batch are in each state; moved in the same transaction as the items.
CREATE TABLE batch_count (
  batch  INTEGER NOT NULL REFERENCES batch (id),
  state  TEXT    NOT NULL,
  n      INTEGER NOT NULL CHECK (n >= 0),
  PRIMARY KEY (batch, state)
);

-- Rows that became work. Narrow, for every list reads it; what is personal stands elsewhere.
CREATE TABLE item (
  id              INTEGER PRIMARY KEY,
  batch           INTEGER NOT NULL REFERENCES batch (id),
  row             INTEGER NOT NULL,
  state           TEXT    NOT NULL CHECK (state IN ('ready', 'decided', 'posting', 'waiting',
                    'referred', 'failed', 'postponed', 'done', 'by hand', 'cancelled')),
  reason          TEXT    NOT NULL DEFAULT '',   -- code of why it waits for a person
  award           INTEGER NOT NULL DEFAULT 0,    -- 1: something is awarded, or recommended to be
  ruling          INTEGER NOT NULL DEFAULT 0,    -- number of the ruling that stands
  follows         INTEGER REFERENCES item (id),
  lease           INTEGER,
  assigned_to     TEXT,
  until           TEXT,                          -- postponed, or evidence asked for, until this day
  decided_at      INTEGER,
  changed_at      INTEGER NOT NULL,
  reference_index BLOB,
  strong_index    BLOB,
  weak_index      BLOB
);
CREATE INDEX item_state ON item (state, batch, id);
CREATE INDEX item_reference ON item (reference_index);
CREATE INDEX item_strong ON item (strong_index);
CREATE INDEX item_weak ON item (weak_index);
CREATE INDEX item_follows ON item (follows) WHERE follows IS NOT NULL;

CREATE TABLE payload (
  item    INTEGER PRIMARY KEY,
  key     BLOB NOT NULL,
  sealed  BLOB NOT NULL
);

CREATE TABLE ruling (
  item    INTEGER NOT NULL REFERENCES item (id),
  n       INTEGER NOT NULL,
  at      INTEGER NOT NULL,
  by      TEXT    NOT NULL,
  sealed  BLOB    NOT NULL,
  PRIMARY KEY (item, n)
);

-- What people did to an item and why, in their own words.
CREATE TABLE act (
  item    INTEGER NOT NULL,
  n       INTEGER NOT NULL,
  at      INTEGER NOT NULL,
  by      TEXT    NOT NULL,
  what    TEXT    NOT NULL,
  sealed  BLOB    NOT NULL,
  PRIMARY KEY (item, n)
);

-- Rows that did not become work.
CREATE TABLE turned_away (
  id      INTEGER PRIMARY KEY,
  row     INTEGER NOT NULL,
  kind    TEXT    NOT NULL CHECK (kind IN ('rejected', 'duplicate')),
  key     BLOB    NOT NULL,
  sealed  BLOB    NOT NULL
);

-- A slice in somebody's hands.
CREATE TABLE lease (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: it is the fence
  batch   INTEGER NOT NULL,
  first   INTEGER NOT NULL,
  last    INTEGER NOT NULL,
  holder  TEXT    NOT NULL,
  until   INTEGER NOT NULL
);

CREATE TABLE stopped_bot (
  bot    TEXT PRIMARY KEY,
  at     INTEGER NOT NULL,
  by     TEXT    NOT NULL
);

-- Who stopped or started a bot and why, in their own words.
CREATE TABLE bot_act (
  id      INTEGER PRIMARY KEY,
  bot     TEXT    NOT NULL,
  at      INTEGER NOT NULL,
  by      TEXT    NOT NULL,
  what    TEXT    NOT NULL CHECK (what IN ('stop', 'start')),
  key     BLOB    NOT NULL,
  sealed  BLOB    NOT NULL
);

CREATE TABLE policy_seen (
  bot     TEXT PRIMARY KEY,
  digest  TEXT NOT NULL
);

-- The job log: the exact bytes of each entry, the full tiles of the tree over them, its head.
CREATE TABLE log_entry (
  idx      INTEGER PRIMARY KEY,
  subject  INTEGER NOT NULL,
  entry    BLOB    NOT NULL
);
CREATE INDEX log_entry_subject ON log_entry (subject, idx);

CREATE TABLE log_tile (
  level  INTEGER NOT NULL,
  n      INTEGER NOT NULL,
  hashes BLOB    NOT NULL,
  PRIMARY KEY (level, n)
);

CREATE TABLE log_head (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  size  INTEGER NOT NULL,
  root  BLOB    NOT NULL,
  tree  BLOB    NOT NULL
);

CREATE TABLE log_checkpoint (
  size  INTEGER PRIMARY KEY,
  note  TEXT    NOT NULL
);

-- A seat-belt against mistakes; proof is what the tree is for.
CREATE TRIGGER log_entry_stays BEFORE UPDATE ON log_entry
BEGIN SELECT RAISE(ABORT, 'the job log is append-only'); END;
CREATE TRIGGER log_entry_is_kept BEFORE DELETE ON log_entry
BEGIN SELECT RAISE(ABORT, 'the job log is append-only'); END;
