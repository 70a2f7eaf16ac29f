-- What is to be fetched, from whom, and what was fetched. Times are microseconds since 1970.

CREATE TABLE host (
  name TEXT PRIMARY KEY,          -- as in a URL, with the port where it is not the scheme's own
  robots BLOB,                    -- robots.txt as last answered
  robots_fetched INTEGER,         -- when that was
  robots_status INTEGER,          -- of the last attempt; null where no answer came
  robots_checked INTEGER,         -- when the last attempt was
  backoff INTEGER NOT NULL,       -- microseconds
  latency INTEGER NOT NULL,       -- microseconds, smoothed
  failures INTEGER NOT NULL,      -- in a row
  next_allowed INTEGER            -- no request before
) STRICT;

CREATE TABLE link (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,       -- canonical
  host TEXT NOT NULL,
  source TEXT NOT NULL,
  kind TEXT NOT NULL,             -- page, feed, sitemap, section
  discovered_from TEXT,
  priority INTEGER NOT NULL,
  published TEXT,                 -- what the feed or sitemap said
  title TEXT,
  state TEXT NOT NULL,            -- how the last fetch ended: new, done, unchanged, blocked, failed; passed over
  cause TEXT,                     -- of a blocked, failed or passed one
  attempts INTEGER NOT NULL,      -- leases since the last success
  due INTEGER,                    -- when it is next to be fetched; null: never. A lease puts it to its end
  lease INTEGER,                  -- the end of the lease, while one runs
  etag TEXT,
  last_modified TEXT,
  digest TEXT,
  fetched INTEGER,                -- when it last answered
  interval INTEGER                -- microseconds between two fetches of what recurs
) STRICT;

-- a lane's next link by priority, and by time
CREATE INDEX link_next ON link (source, host, priority DESC, due, id) WHERE due IS NOT NULL;
CREATE INDEX link_due ON link (source, host, due) WHERE due IS NOT NULL;
-- counts without reading the table
CREATE INDEX link_state ON link (source, kind, state, cause);
CREATE INDEX link_fetched ON link (source, fetched);

CREATE TABLE capture (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  url TEXT NOT NULL,
  source TEXT NOT NULL,
  fetched INTEGER NOT NULL,
  status INTEGER NOT NULL,
  file TEXT NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  digest TEXT NOT NULL
) STRICT;

CREATE INDEX capture_url ON capture (url, fetched);
CREATE INDEX capture_digest ON capture (digest);

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
