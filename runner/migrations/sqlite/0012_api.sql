-- What was answered to a request that carries a key of its own, so that the same request again is
-- answered alike and done once. Kept for a day; answers to acts hold nothing personal.

CREATE TABLE api_request (
  caller  TEXT    NOT NULL,   -- as the log names them
  key     BLOB    NOT NULL,   -- SHA-256
  asked   BLOB    NOT NULL,   -- SHA-256 of what was asked for
  at      INTEGER NOT NULL,
  status  INTEGER,            -- NULL: it is being answered
  answer  BLOB,
  PRIMARY KEY (caller, key)
);
CREATE INDEX api_request_at ON api_request (at);
