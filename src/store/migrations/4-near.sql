-- Articles that repeat another are compared with no more: a thousand copies cost as much as one. What is
-- compared stands in the indexes, so that no row is read for it.

DROP INDEX article_quarter_0;
DROP INDEX article_quarter_1;
DROP INDEX article_quarter_2;
DROP INDEX article_quarter_3;
CREATE INDEX article_near_0 ON article (simhash & 65535, simhash)
  WHERE simhash IS NOT NULL AND duplicate_of IS NULL;
CREATE INDEX article_near_1 ON article (simhash >> 16 & 65535, simhash)
  WHERE simhash IS NOT NULL AND duplicate_of IS NULL;
CREATE INDEX article_near_2 ON article (simhash >> 32 & 65535, simhash)
  WHERE simhash IS NOT NULL AND duplicate_of IS NULL;
CREATE INDEX article_near_3 ON article (simhash >> 48 & 65535, simhash)
  WHERE simhash IS NOT NULL AND duplicate_of IS NULL;
CREATE INDEX article_repeats ON article (duplicate_of) WHERE duplicate_of IS NOT NULL;
