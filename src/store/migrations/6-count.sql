-- What tells of two linked records that they need not be compared, without reading them; and what the store holds,
-- counted as it changes: a batch does not read everything to say so.

ALTER TABLE linked ADD COLUMN sketch BLOB NOT NULL DEFAULT x'';

CREATE TABLE fact_count (
  lang TEXT PRIMARY KEY,
  articles INTEGER NOT NULL,
  conventions INTEGER NOT NULL,
  partners INTEGER NOT NULL,      -- parties
  operations INTEGER NOT NULL,
  dates INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE VIEW record_fact AS
SELECT
  id,
  json ->> 'lang' AS lang,
  coalesce(json_array_length(json, '$.conventions'), 0) AS conventions,
  (SELECT count(*)
   FROM json_each(record.json, '$.conventions') AS convention, json_each(convention.value, '$.partners') AS partner
   WHERE partner.value ->> 'role' = 'party') AS partners,
  coalesce(json_array_length(json, '$.operations'), 0) AS operations,
  coalesce(json_array_length(json, '$.dates'), 0) AS dates
FROM record
WHERE json IS NOT NULL;

INSERT INTO fact_count
SELECT lang, count(*), sum(conventions), sum(partners), sum(operations), sum(dates) FROM record_fact GROUP BY lang;

CREATE TRIGGER record_count_new AFTER INSERT ON record BEGIN
  INSERT INTO fact_count
  SELECT lang, 1, conventions, partners, operations, dates FROM record_fact WHERE id = new.id
  ON CONFLICT (lang) DO UPDATE SET
    articles = articles + 1,
    conventions = conventions + excluded.conventions,
    partners = partners + excluded.partners,
    operations = operations + excluded.operations,
    dates = dates + excluded.dates;
END;

CREATE TRIGGER record_count_before BEFORE UPDATE OF json ON record BEGIN
  INSERT INTO fact_count
  SELECT lang, 1, conventions, partners, operations, dates FROM record_fact WHERE id = old.id
  ON CONFLICT (lang) DO UPDATE SET
    articles = articles - 1,
    conventions = conventions - excluded.conventions,
    partners = partners - excluded.partners,
    operations = operations - excluded.operations,
    dates = dates - excluded.dates;
END;

CREATE TRIGGER record_count_after AFTER UPDATE OF json ON record BEGIN
  INSERT INTO fact_count
  SELECT lang, 1, conventions, partners, operations, dates FROM record_fact WHERE id = new.id
  ON CONFLICT (lang) DO UPDATE SET
    articles = articles + 1,
    conventions = conventions + excluded.conventions,
    partners = partners + excluded.partners,
    operations = operations + excluded.operations,
    dates = dates + excluded.dates;
END;

CREATE TABLE dossier_count (
  bilingual INTEGER PRIMARY KEY,  -- 1: told in both languages
  dossiers INTEGER NOT NULL
) STRICT;

CREATE VIEW dossier_told AS
SELECT
  id,
  (SELECT count(DISTINCT article.value ->> 'lang') FROM json_each(dossier.json, '$.articles') AS article) > 1 AS bilingual
FROM dossier
WHERE json IS NOT NULL;

INSERT INTO dossier_count SELECT bilingual, count(*) FROM dossier_told GROUP BY bilingual;

CREATE TRIGGER dossier_count_new AFTER INSERT ON dossier BEGIN
  INSERT INTO dossier_count SELECT bilingual, 1 FROM dossier_told WHERE id = new.id
  ON CONFLICT (bilingual) DO UPDATE SET dossiers = dossiers + 1;
END;

CREATE TRIGGER dossier_count_before BEFORE UPDATE OF json ON dossier BEGIN
  INSERT INTO dossier_count SELECT bilingual, 1 FROM dossier_told WHERE id = old.id
  ON CONFLICT (bilingual) DO UPDATE SET dossiers = dossiers - 1;
END;

CREATE TRIGGER dossier_count_after AFTER UPDATE OF json ON dossier BEGIN
  INSERT INTO dossier_count SELECT bilingual, 1 FROM dossier_told WHERE id = new.id
  ON CONFLICT (bilingual) DO UPDATE SET dossiers = dossiers + 1;
END;
