-- Effects on other systems, the rounds in which they are tried, and up to where a CRM has been read.

ALTER TABLE item ADD COLUMN round INTEGER NOT NULL DEFAULT 0;   -- rounds of post-backs that failed
ALTER TABLE item ADD COLUMN next_round_at INTEGER;              -- when the next one is due
CREATE INDEX item_next_round ON item (next_round_at) WHERE next_round_at IS NOT NULL;

-- What other systems are to be told, in order. Its key there is made of item, outlet and effect.
CREATE TABLE post_back (
  item       INTEGER NOT NULL REFERENCES item (id),
  n          INTEGER NOT NULL,               -- its order among the item's
  ruling     INTEGER NOT NULL,               -- the ruling that it follows from
  outlet     TEXT    NOT NULL,               -- the outlet's role
  effect     TEXT    NOT NULL,
  state      TEXT    NOT NULL CHECK (state IN ('to do', 'begun', 'made', 'refused', 'conflict',
               'uncertain', 'withdrawn')),
  sealed     BLOB    NOT NULL,               -- what is said, under the item's key
  code       TEXT    NOT NULL DEFAULT '',    -- why it is not made
  receipt    BLOB,                           -- what came back, under the item's key
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (item, n),
  UNIQUE (item, outlet, effect)
);

-- Up to where a schedule has read its CRM, sealed.
CREATE TABLE source_mark (
  schedule   TEXT PRIMARY KEY,
  key        BLOB    NOT NULL,
  sealed     BLOB    NOT NULL,
  changed_at INTEGER NOT NULL
);

-- Connections that did not answer, since when and why; a row goes when one answers again.
CREATE TABLE outlet_down (
  connection TEXT PRIMARY KEY,
  since      INTEGER NOT NULL,
  until      INTEGER NOT NULL,               -- nobody tries before
  code       TEXT    NOT NULL
);

-- Requests that a process has set aside for itself, so that all together keep to the limits of a
-- connection, those that died among them.
CREATE TABLE outlet_use (
  id         INTEGER PRIMARY KEY,
  connection TEXT    NOT NULL,
  at         INTEGER NOT NULL,
  requests   INTEGER NOT NULL
);
CREATE INDEX outlet_use_at ON outlet_use (connection, at);
