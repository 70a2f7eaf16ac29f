-- What was read, found and told. `revision` grows by one with each change of any row.

CREATE TABLE article (
  id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL UNIQUE,
  capture INTEGER REFERENCES capture (id),
  url TEXT,
  source TEXT,
  lang TEXT NOT NULL,
  published TEXT NOT NULL,        -- '' where unknown, so that it sorts
  simhash INTEGER,
  duplicate_of TEXT,
  json TEXT NOT NULL
) STRICT;

CREATE INDEX article_source ON article (source, lang, duplicate_of);
CREATE INDEX article_capture ON article (capture);
-- two hashes that differ in at most three bits share one of four quarters
CREATE INDEX article_quarter_0 ON article (simhash & 65535) WHERE simhash IS NOT NULL;
CREATE INDEX article_quarter_1 ON article (simhash >> 16 & 65535) WHERE simhash IS NOT NULL;
CREATE INDEX article_quarter_2 ON article (simhash >> 32 & 65535) WHERE simhash IS NOT NULL;
CREATE INDEX article_quarter_3 ON article (simhash >> 48 & 65535) WHERE simhash IS NOT NULL;

CREATE TABLE record (
  id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL UNIQUE,
  published TEXT NOT NULL,        -- '' where unknown
  json TEXT                       -- null: withdrawn
) STRICT;

CREATE INDEX record_published ON record (published, id) WHERE json IS NOT NULL;

CREATE TABLE dossier (
  id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL UNIQUE,
  json TEXT                       -- null: withdrawn
) STRICT;

CREATE TABLE run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  started INTEGER NOT NULL,
  ended INTEGER,
  outcome TEXT,
  report TEXT
) STRICT;

-- on how many pages of a host a block stands; `page_blocks` keeps a page from counting twice
CREATE TABLE block (
  host TEXT NOT NULL,
  hash INTEGER NOT NULL,
  pages INTEGER NOT NULL,
  PRIMARY KEY (host, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE page_blocks (
  page TEXT PRIMARY KEY,
  host TEXT NOT NULL,
  hashes BLOB NOT NULL            -- sorted, eight bytes each, little endian
) STRICT;
