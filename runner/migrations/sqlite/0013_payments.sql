-- What is to be paid because of rulings, and the files in which it leaves.

-- A payments file: made by one person, released by another.
CREATE TABLE payment_file (
  id          INTEGER PRIMARY KEY,
  state       TEXT    NOT NULL CHECK (state IN ('awaiting release', 'released', 'cancelled')),
  made_by     TEXT    NOT NULL,
  made_at     INTEGER NOT NULL,
  released_by TEXT,
  released_at INTEGER,
  count       INTEGER NOT NULL,
  pence       INTEGER NOT NULL,
  hash_total  INTEGER NOT NULL,              -- the sum of the account numbers
  layout      TEXT    NOT NULL,              -- the columns of the file, as the council had set them
  sha256      BLOB,                          -- of the bytes that were released
  CHECK ((state = 'released') = (sha256 IS NOT NULL)),
  CHECK (released_by IS NULL OR released_by <> made_by)
);

-- One sum to one account. Who gets it is sealed under the key of the item that it follows from.
CREATE TABLE payment (
  id         INTEGER PRIMARY KEY,
  item       INTEGER NOT NULL,               -- the item whose ruling it follows from
  ruling     INTEGER NOT NULL,
  kind       TEXT    NOT NULL,               -- clothing-grant, holiday-summer
  period     TEXT    NOT NULL,               -- 2026/27
  strong     BLOB,                           -- blind indexes of whom, period and kind; gone when it
  weak       BLOB,                           -- is erased, as what is sealed is
  n          INTEGER NOT NULL,               -- the nth under that key
  pence      INTEGER NOT NULL CHECK (pence <> 0), -- below nothing: to be claimed back
  due        TEXT    NOT NULL,
  state      TEXT    NOT NULL CHECK (state IN ('due', 'referred', 'awaiting release', 'released',
               'paid', 'returned', 'withdrawn', 'claim back', 'claimed back')),
  reason     TEXT    NOT NULL DEFAULT '',    -- why it is referred, returned or withdrawn; a code
  cleared    TEXT,                           -- who said that what was doubted is right
  account    BLOB,                           -- blind index of the account
  payee      BLOB,                           -- blind index of whose account it is
  whom       BLOB,                           -- blind index of whom it is for
  sealed     BLOB,
  file       INTEGER REFERENCES payment_file (id),
  noted_at   INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  CHECK ((state IN ('awaiting release', 'released', 'paid', 'returned')) <= (file IS NOT NULL)),
  CHECK ((state IN ('claim back', 'claimed back')) = (pence < 0))
);
-- No two of a child, session and kind are the nth: the table itself refuses a second first payment.
CREATE UNIQUE INDEX payment_strong ON payment (strong, n) WHERE strong IS NOT NULL;
CREATE UNIQUE INDEX payment_weak ON payment (weak, n) WHERE strong IS NULL;
CREATE INDEX payment_by_weak ON payment (weak);
CREATE INDEX payment_by_item ON payment (item);
CREATE INDEX payment_open ON payment (state, due, id)
  WHERE state IN ('due', 'referred', 'awaiting release', 'released', 'returned', 'claim back');
CREATE INDEX payment_by_file ON payment (file) WHERE file IS NOT NULL;
CREATE INDEX payment_by_account ON payment (account);

-- What people did to payments and their files, and why, in their own words.
CREATE TABLE payment_act (
  id      INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  by      TEXT    NOT NULL,
  what    TEXT    NOT NULL,
  payment INTEGER REFERENCES payment (id),
  file    INTEGER REFERENCES payment_file (id),
  key     BLOB    NOT NULL,
  sealed  BLOB    NOT NULL,
  CHECK ((payment IS NULL) <> (file IS NULL))
);
CREATE INDEX payment_act_payment ON payment_act (payment) WHERE payment IS NOT NULL;
CREATE INDEX payment_act_file ON payment_act (file) WHERE file IS NOT NULL;
