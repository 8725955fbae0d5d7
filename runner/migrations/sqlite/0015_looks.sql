-- What was put off until a later day, and looked at again on it.

-- One look: the item that it opened, which follows the one that was put off.
CREATE TABLE look (
  item      INTEGER PRIMARY KEY REFERENCES item (id),
  first     INTEGER NOT NULL REFERENCES item (id), -- the item that a person put off
  n         INTEGER NOT NULL,                      -- the nth look at it
  day       TEXT    NOT NULL,                      -- the run's day
  by_itself INTEGER NOT NULL DEFAULT 0             -- 1: still waiting, it was put off again by itself
);
-- No two looks at a case are the nth: the table itself refuses a second one.
CREATE UNIQUE INDEX look_first ON look (first, n);

CREATE INDEX item_put_off ON item (until, id, batch) WHERE state = 'postponed';
