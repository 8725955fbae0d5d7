-- Lists that others work by, and the awards that ended before their last day.

-- An award ends once, and stays ended: what follows its item stands anew.
CREATE TABLE award_end (
  item     INTEGER PRIMARY KEY REFERENCES item (id),
  on_day   TEXT    NOT NULL,              -- the last day on which it counts
  reason   TEXT    NOT NULL,              -- a code of its bot
  noted_at INTEGER NOT NULL,
  actor    TEXT    NOT NULL
);

-- Each list as it was last handed out: by it the next one knows what is new, and what has changed.
CREATE TABLE handed_out (
  bot     TEXT    NOT NULL,
  kind    TEXT    NOT NULL,               -- kitchen
  of      TEXT    NOT NULL,               -- whose it is, as a school's name; empty where there is one in all
  file    TEXT    NOT NULL,
  as_at   TEXT    NOT NULL,
  count   INTEGER NOT NULL,
  marks   BLOB    NOT NULL,               -- eight bytes of the blind index of each person in it, in order
  sha256  BLOB    NOT NULL,               -- of the file
  made_at INTEGER NOT NULL,
  actor   TEXT    NOT NULL,
  PRIMARY KEY (bot, kind, of)
);
