-- Sheets that people uploaded to be checked, tried and queued, and what they said of their columns.

CREATE TABLE upload (
  id          INTEGER PRIMARY KEY,
  schedule    TEXT    NOT NULL,
  bot         TEXT    NOT NULL,
  by          TEXT    NOT NULL,            -- who uploaded it, as the log names them
  state       TEXT    NOT NULL CHECK (state IN ('checking', 'checked', 'unreadable', 'queued',
                'discarded', 'expired')),
  file        TEXT    NOT NULL,            -- the sealed file's name below uploads/
  source      BLOB    NOT NULL,            -- SHA-256 of the sheet
  bytes       INTEGER NOT NULL,
  read_bytes  INTEGER NOT NULL DEFAULT 0,  -- up to here, while it is checked
  rows        INTEGER NOT NULL DEFAULT 0,
  good        INTEGER NOT NULL DEFAULT 0,
  rejected    INTEGER NOT NULL DEFAULT 0,
  key         BLOB,                        -- wrapped; NULL when it is gone
  about       BLOB,                        -- sealed: its name, what it is to be decided without
  found       BLOB,                        -- sealed: what is wrong with it
  tried       BLOB,                        -- sealed: what a trial of it gave
  created_at  INTEGER NOT NULL,
  changed_at  INTEGER NOT NULL
);
CREATE INDEX upload_by ON upload (by, id);
CREATE INDEX upload_open ON upload (changed_at) WHERE key IS NOT NULL;

-- The headers of a schedule's sheets that a person matched with those of its template.
CREATE TABLE matched_column (
  schedule  TEXT    NOT NULL,
  theirs    TEXT    NOT NULL,              -- as the sheet has it
  ours      TEXT    NOT NULL,              -- as the template has it
  by        TEXT    NOT NULL,
  at        INTEGER NOT NULL,
  PRIMARY KEY (schedule, theirs)
);
