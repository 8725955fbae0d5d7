-- Which schedules are watched, and what became of each time at which one was due.

CREATE TABLE schedule_watch (
  schedule  TEXT PRIMARY KEY,
  times     TEXT    NOT NULL,  -- the cron line, time zone and calendar that it is watched by
  since     INTEGER NOT NULL,  -- from when on: nothing before it is made up for
  upto      INTEGER NOT NULL   -- every due time up to this one has been dealt with
);

-- A due time is dealt with once, by whoever puts its row here first.
CREATE TABLE schedule_fire (
  schedule    TEXT    NOT NULL,
  due_at      INTEGER NOT NULL,
  state       TEXT    NOT NULL CHECK (state IN ('queued', 'fired', 'begun', 'done', 'failed',
                'missed', 'skipped')),
  handled_at  INTEGER NOT NULL,              -- when it came to that state
  holder      TEXT,                          -- the process that has it in hand
  reason      TEXT    NOT NULL DEFAULT '',   -- a code; never anything personal
  files       INTEGER,                       -- taken, or lying there when it fired
  batch       INTEGER,                       -- the last batch that came of it
  PRIMARY KEY (schedule, due_at)
);
CREATE INDEX schedule_fire_open ON schedule_fire (schedule, due_at)
  WHERE state IN ('queued', 'fired', 'begun');
