-- What managers count, read out of the job log and never out of a case: so it is still known of
-- cases that have been erased. It can be thrown away and counted anew at any time.

-- Up to where the log has been counted.
CREATE TABLE figure_mark (
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  entries  INTEGER NOT NULL
);
INSERT INTO figure_mark (id, entries) VALUES (1, 0);

-- What has been counted of an item that was settled, or that a person has touched.
CREATE TABLE figure_item (
  item      INTEGER PRIMARY KEY,
  how       TEXT    NOT NULL DEFAULT '',  -- by whom the ruling stands: '' (its bot), confirmed, changed, by hand
  day       TEXT,                         -- settled on this day; NULL: not yet
  asked     INTEGER NOT NULL DEFAULT 0,   -- 1: evidence was asked for
  opened    INTEGER NOT NULL DEFAULT 0,   -- 1: a person opened it again
  repeated  INTEGER                       -- the item by which it came again within the window
);

-- Counts by day of the United Kingdom, and again by week (w and its Monday) and by month (m2026-11).
CREATE TABLE figure_day (
  day     TEXT    NOT NULL,
  bot     TEXT    NOT NULL,
  what    TEXT    NOT NULL,
  detail  TEXT    NOT NULL,
  n       INTEGER NOT NULL,
  PRIMARY KEY (day, bot, what, detail)
) WITHOUT ROWID;
