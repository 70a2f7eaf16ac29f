-- The hashes that share a quarter stand in one row: to compare an article with thousands that share one with it reads
-- a few rows, not thousands. What is no longer an article's, or one's that repeats another, may stay: no article is
-- found by it.

DROP INDEX article_near_0;
DROP INDEX article_near_1;
DROP INDEX article_near_2;
DROP INDEX article_near_3;
CREATE INDEX article_simhash ON article (simhash) WHERE simhash IS NOT NULL AND duplicate_of IS NULL;

CREATE TABLE quarter (
  quarter INTEGER PRIMARY KEY,    -- its 16 bits, above them which of the four it is
  hashes BLOB NOT NULL            -- eight bytes each, big endian, each once
) STRICT;

INSERT INTO quarter
WITH hash AS (SELECT DISTINCT simhash FROM article WHERE simhash IS NOT NULL AND duplicate_of IS NULL),
     place AS (SELECT 0 AS at UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3)
SELECT at << 16 | (simhash >> 16 * at & 65535), unhex(group_concat(printf('%016x', simhash), ''))
FROM hash, place
GROUP BY 1;
