-- How each record was linked: by which keys its conventions meet others, and in which dossiers they are.

CREATE TABLE linked (
  slot INTEGER PRIMARY KEY,
  record TEXT NOT NULL UNIQUE,
  keys BLOB NOT NULL,             -- eight bytes each, little endian
  dossiers TEXT NOT NULL          -- ids, with spaces between
) STRICT;

CREATE TABLE link_key (
  key INTEGER NOT NULL,
  slot INTEGER NOT NULL,
  PRIMARY KEY (key, slot)
) STRICT, WITHOUT ROWID;
