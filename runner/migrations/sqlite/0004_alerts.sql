-- What somebody is told of, and the messages that tell it. Nobody's address stands here: a message
-- names its receiver by a blind index of the address in alerts.toml.

-- A condition that lasts, or lasted. While it is open there is one of its kind and subject.
CREATE TABLE alert (
  id          INTEGER PRIMARY KEY,
  condition   TEXT    NOT NULL,
  subject     TEXT    NOT NULL,            -- a batch's number, a schedule, a bot, an outlet
  batch       INTEGER,
  says        TEXT    NOT NULL,
  advice      TEXT    NOT NULL,
  raised_at   INTEGER NOT NULL,
  told_at     INTEGER NOT NULL,            -- when a message of it was last written
  times       INTEGER NOT NULL DEFAULT 1,  -- how often it was told while it lasted
  cleared_at  INTEGER
);
CREATE UNIQUE INDEX alert_open ON alert (condition, subject) WHERE cleared_at IS NULL;

-- Messages, written in the transaction of what they tell, and sent afterwards until they arrive.
CREATE TABLE alert_outbox (
  id          INTEGER PRIMARY KEY,
  key         TEXT    NOT NULL UNIQUE,     -- by which the receiver knows it again; never changes
  alert       INTEGER REFERENCES alert (id),  -- none: a test
  what        TEXT    NOT NULL CHECK (what IN ('raised', 'repeated', 'cleared', 'test')),
  way         TEXT    NOT NULL CHECK (way IN ('mail', 'webhook')),
  receiver    BLOB    NOT NULL,            -- blind index
  event       TEXT    NOT NULL,            -- JSON
  state       TEXT    NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'unsure')),
  tries       INTEGER NOT NULL DEFAULT 0,
  made_at     INTEGER NOT NULL,
  next_at     INTEGER NOT NULL,
  claimed_at  INTEGER,
  ended_at    INTEGER,
  code        TEXT    NOT NULL DEFAULT '',
  why         TEXT    NOT NULL DEFAULT ''
);
CREATE INDEX alert_outbox_open ON alert_outbox (way, next_at) WHERE state IN ('waiting', 'sending');
CREATE INDEX alert_outbox_alert ON alert_outbox (alert, id);

-- A webhook whose receiver said that it wants no more (410).
CREATE TABLE alert_off (
  receiver  BLOB    PRIMARY KEY,
  at        INTEGER NOT NULL
);
