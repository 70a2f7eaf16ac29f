-- Which hits of a saved query were told, and what of it still waits to be sent. `news` is the revision at which
-- a row last came to say something new: reading again in other words, linking and repetitions leave it.

ALTER TABLE record ADD COLUMN news INTEGER NOT NULL DEFAULT 0;
ALTER TABLE dossier ADD COLUMN news INTEGER NOT NULL DEFAULT 0;
CREATE INDEX record_news ON record (news);
CREATE INDEX dossier_news ON dossier (news);

CREATE TABLE alert (
  id TEXT PRIMARY KEY,
  tag TEXT NOT NULL,              -- what the ids of its feed begin with
  begun INTEGER NOT NULL,         -- when it was first known
  seen INTEGER NOT NULL,          -- the revision up to which it was asked
  told INTEGER NOT NULL           -- how many hits were told, changed ones again
) STRICT;

CREATE TABLE told (
  alert TEXT NOT NULL,
  kind TEXT NOT NULL,             -- article, dossier
  id TEXT NOT NULL,
  number INTEGER NOT NULL,        -- of the telling, from 1; 0: it repeats an article that was told
  run INTEGER NOT NULL,
  hit TEXT,                       -- as it was told; null where it is no longer in the feed
  PRIMARY KEY (alert, kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX told_number ON told (alert, number) WHERE hit IS NOT NULL;

CREATE TABLE delivery (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  alert TEXT NOT NULL,
  key TEXT NOT NULL,              -- by which a receiver knows it when it comes twice
  body TEXT NOT NULL,
  made INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  due INTEGER NOT NULL,           -- not to be tried before
  cause TEXT                      -- why the last attempt failed
) STRICT;

CREATE INDEX delivery_alert ON delivery (alert, id);
