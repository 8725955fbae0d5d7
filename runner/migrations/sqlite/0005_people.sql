-- People who sign in, what they are signed in with, and keys by which programs act.

CREATE TABLE person (
  id            INTEGER PRIMARY KEY,
  login         TEXT    NOT NULL UNIQUE,   -- lower case; the log names people by it
  name          TEXT    NOT NULL,          -- how colleagues know them
  roles         TEXT    NOT NULL,          -- their names, with spaces between
  bots          TEXT,                      -- the only ones whose work they see; NULL: all
  password      TEXT,                      -- argon2id, as a PHC string; NULL: none
  subject       TEXT    UNIQUE,            -- who they are at the identity provider; NULL: nobody there
  failures      INTEGER NOT NULL DEFAULT 0,
  locked_until  INTEGER,
  disabled_at   INTEGER,
  created_at    INTEGER NOT NULL,
  changed_at    INTEGER NOT NULL,
  seen_at       INTEGER
);

CREATE TABLE session (
  id        INTEGER PRIMARY KEY,
  token     BLOB    NOT NULL UNIQUE,       -- SHA-256 of what the browser holds
  person    INTEGER NOT NULL REFERENCES person (id),
  browser   TEXT    NOT NULL,              -- what it says it is, shortened
  flash     TEXT,                          -- what the next page says once
  begun_at  INTEGER NOT NULL,
  used_at   INTEGER NOT NULL,
  ends_at   INTEGER NOT NULL               -- whatever is done until then
);
CREATE INDEX session_person ON session (person);

CREATE TABLE api_key (
  id        INTEGER PRIMARY KEY,
  name      TEXT    NOT NULL UNIQUE,
  token     BLOB    NOT NULL UNIQUE,       -- SHA-256 of the key
  roles     TEXT    NOT NULL,
  bots      TEXT,
  made_by   TEXT    NOT NULL,
  made_at   INTEGER NOT NULL,
  used_at   INTEGER,
  ends_at   INTEGER NOT NULL,
  ended_at  INTEGER                        -- by a person, before its time
);
