-- People who sign in, what they are signed in with, and keys by which programs act.

CREATE TABLE person (
  id            INTEGER PRIMARY KEY,
  login         TEXT    NOT NULL UNIQUE,   -- lower case; the log names people by it
  name          TEXT    NOT NULL UNIQUE,   -- how colleagues know them; items are assigned to it
  roles         TEXT    NOT NULL,          -- their names, with spaces between
  bots          TEXT,                      -- the only ones whose work they see; NULL: all
  password      TEXT,                      -- argon2id, as a PHC string; NULL: none
  must_change   INTEGER NOT NULL DEFAULT 0, -- the password was given by somebody else
  subject       TEXT    UNIQUE,            -- who they are at the identity provider; NULL: nobody there
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

-- Tries to sign in that did not succeed, whether there is such a login or not.
CREATE TABLE sign_in_try (
  who           BLOB    PRIMARY KEY,       -- blind index of what was typed as the login
  failures      INTEGER NOT NULL,
  last_at       INTEGER NOT NULL,
  locked_until  INTEGER NOT NULL
);
CREATE INDEX sign_in_try_last ON sign_in_try (last_at);

-- Somebody is on their way to the identity provider and back.
CREATE TABLE sign_in_away (
  state     BLOB    PRIMARY KEY,           -- SHA-256 of what comes back in the address
  browser   BLOB    NOT NULL,              -- SHA-256 of what the browser holds meanwhile
  key       BLOB    NOT NULL,              -- wrapped; what follows is sealed under it
  sealed    BLOB    NOT NULL,
  ends_at   INTEGER NOT NULL
);

-- What was done to people and keys, with the words of whoever did it.
CREATE TABLE person_act (
  id      INTEGER PRIMARY KEY,
  about   TEXT    NOT NULL,                -- a login, or key:NAME
  at      INTEGER NOT NULL,
  by      TEXT    NOT NULL,
  what    TEXT    NOT NULL,
  key     BLOB    NOT NULL,
  sealed  BLOB    NOT NULL
);
CREATE INDEX person_act_about ON person_act (about, id);
