-- What the page's lists are read by.

-- By when items are to be settled: of a batch by its schedule's deadline, of an item until
-- somebody moves it. NULL: nobody says by when.
ALTER TABLE batch ADD COLUMN due TEXT;
ALTER TABLE item ADD COLUMN due TEXT;
UPDATE item SET due = until WHERE until IS NOT NULL AND state = 'referred';
-- What has no date comes last.
ALTER TABLE item ADD COLUMN due_order TEXT AS (COALESCE(due, '9999-12-31')) VIRTUAL;

-- Few items wait for a person or a later day, so only these are indexed by what they are asked for
-- by. The states are written out wherever the index is used.
CREATE INDEX item_waits ON item (due_order, id, state, batch, reason, assigned_to)
  WHERE state IN ('waiting', 'referred', 'failed', 'postponed');
CREATE INDEX item_reason ON item (reason, id) WHERE reason <> '';
CREATE INDEX item_assigned ON item (assigned_to, id, state, batch) WHERE assigned_to IS NOT NULL;

-- Batches are wide: what lists ask of them stands here by itself, in the order of their numbers.
CREATE INDEX batch_brief ON batch (id, bot, schedule, state, opened_by);

-- What log entries are looked for by: of what kind, by whom, of which bot's work. There are few of
-- these together, so each entry carries a number in their place. Nothing here is proof: that is in
-- the bytes of the entries, with which `log verify` compares kind and actor.
CREATE TABLE log_facet (
  id     INTEGER PRIMARY KEY,
  kind   TEXT    NOT NULL,
  actor  TEXT    NOT NULL,
  bot    TEXT    NOT NULL,       -- of the batch that the entry is of; empty: of none
  UNIQUE (kind, actor, bot)
);

DROP TRIGGER log_entry_stays;
ALTER TABLE log_entry ADD COLUMN facet INTEGER NOT NULL DEFAULT 0;
-- What is no JSON was tampered with: it keeps 0, and verifying finds it.
INSERT INTO log_facet (kind, actor, bot)
  SELECT DISTINCT said ->> '$.kind', said ->> '$.actor.id', COALESCE(batch.bot, '')
  FROM (SELECT subject, CAST(entry AS TEXT) AS said FROM log_entry) AS read
  LEFT JOIN batch ON batch.id = read.subject / 100000000
  WHERE json_valid(said) AND said ->> '$.kind' IS NOT NULL AND said ->> '$.actor.id' IS NOT NULL;
UPDATE log_entry SET facet = COALESCE((
  SELECT log_facet.id FROM log_facet
  WHERE kind = CAST(entry AS TEXT) ->> '$.kind' AND actor = CAST(entry AS TEXT) ->> '$.actor.id'
    AND log_facet.bot = COALESCE(
      (SELECT batch.bot FROM batch WHERE batch.id = log_entry.subject / 100000000), '')), 0)
  WHERE json_valid(CAST(entry AS TEXT));
CREATE TRIGGER log_entry_stays BEFORE UPDATE ON log_entry
BEGIN SELECT RAISE(ABORT, 'the job log is append-only'); END;
-- The index of an entry ends each of these by itself, so that all are in its order.
ALTER TABLE log_entry ADD COLUMN batch INTEGER AS (subject / 100000000) VIRTUAL;
CREATE INDEX log_entry_facet ON log_entry (facet);
CREATE INDEX log_entry_batch ON log_entry (batch, facet);
DROP INDEX log_entry_subject;
CREATE INDEX log_entry_subject ON log_entry (subject);
