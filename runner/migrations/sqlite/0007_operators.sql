-- What operators ask for on the page: one act on many items, and a schedule's run now.

CREATE TABLE bulk_act (
  id        INTEGER PRIMARY KEY,
  what      TEXT    NOT NULL CHECK (what IN ('retry', 'cancel', 'assign', 'postpone')),
  by        TEXT    NOT NULL,
  officer   TEXT,                            -- to whom, where they are assigned
  until     TEXT,                            -- to which day, where they are postponed
  key       BLOB,                            -- of the words; gone when it has ended
  sealed    BLOB,
  asked_at  INTEGER NOT NULL,
  stopped   INTEGER NOT NULL DEFAULT 0,      -- 1: a person stopped it on the way
  ended_at  INTEGER
);
CREATE INDEX bulk_act_open ON bulk_act (id) WHERE ended_at IS NULL;

-- What becomes of each item. It is done in the transaction of its act, so never twice.
CREATE TABLE bulk_item (
  bulk   INTEGER NOT NULL REFERENCES bulk_act (id),
  item   INTEGER NOT NULL REFERENCES item (id),
  state  TEXT    NOT NULL CHECK (state IN ('to do', 'done', 'refused', 'left')),
  says   TEXT    NOT NULL DEFAULT '',        -- why it was refused; nothing personal
  PRIMARY KEY (bulk, item)
) WITHOUT ROWID;
CREATE INDEX bulk_item_state ON bulk_item (bulk, state, item);

-- Who asked for a run now and why, in their own words.
CREATE TABLE schedule_act (
  id        INTEGER PRIMARY KEY,
  schedule  TEXT    NOT NULL,
  due_at    INTEGER NOT NULL,
  by        TEXT    NOT NULL,
  key       BLOB    NOT NULL,
  sealed    BLOB    NOT NULL
);
