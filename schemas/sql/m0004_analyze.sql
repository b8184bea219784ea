-- The analyzer: who leads, how far it has walked each tenant's ledger, what its detectors have learned, and what they found.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'audittail_analyzer') THEN
    CREATE ROLE audittail_analyzer NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL; -- made by another database's migration at this very moment
END
$$;

-- One row. Whoever holds the advisory lock counts the epoch up, and then works under its number. The lock chooses who leads; the
-- number keeps out who led before and does not know yet: see analyzer_epoch in each tenant's schema.
CREATE TABLE audittail.leader (
  one bool PRIMARY KEY DEFAULT true CHECK (one),
  epoch int8 NOT NULL,
  holder text NOT NULL,
  since timestamptz NOT NULL
);
INSERT INTO audittail.leader (epoch, holder, since) VALUES (0, '', '2000-01-01 00:00:00+00');

-- Every analyzer, the one that leads and those that wait, for `status`.
CREATE TABLE audittail.analyzers (
  name text PRIMARY KEY,
  started_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  -- The epoch that it leads in; null while it waits.
  epoch int8
);

CREATE FUNCTION audittail.create_analysis(tenant_schema text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- The fence. Every transaction of a duty reads this row FOR SHARE: a newer epoch ends it before it could commit, and a newer leader's
  -- first step here, which counts the row up, waits for those that have not ended yet. One a tenant, so that a transaction touches one
  -- schema and a tenant that hangs holds up no other.
  EXECUTE format($sql$
    CREATE TABLE %1$I.analyzer_epoch (
      one bool PRIMARY KEY DEFAULT true CHECK (one),
      epoch int8 NOT NULL
    )
  $sql$, tenant_schema);
  EXECUTE format('INSERT INTO %I.analyzer_epoch (epoch) VALUES (0)', tenant_schema);

  -- The last batch of each collector that a duty is done with. Batches have no gaps, so what comes next is seq + 1.
  EXECUTE format($sql$
    CREATE TABLE %1$I.analyzer_cursors (
      seq int8 NOT NULL,
      collector int4 NOT NULL,
      duty text NOT NULL,
      PRIMARY KEY (duty, collector)
    )
  $sql$, tenant_schema);

  -- In which order batches were walked since the last snapshot of the detectors' state: what a new leader repeats, in memory only, to
  -- know what the old one knew. The findings of an entry were committed with it, so the repetition's are not wanted.
  EXECUTE format($sql$
    CREATE TABLE %1$I.analyzer_journal (
      entry int8 NOT NULL PRIMARY KEY,
      -- How far event time had come before the entry's records, and how far it came behind them; nanoseconds since 1970.
      watermark_before int8 NOT NULL,
      watermark_after int8 NOT NULL,
      -- What was said about findings up to this number was heard before the entry's records.
      feedback int8 NOT NULL,
      collectors int4[] NOT NULL,
      first_seqs int8[] NOT NULL,
      last_seqs int8[] NOT NULL
    )
  $sql$, tenant_schema);
  -- A snapshot, in pieces: what was learned up to and including an entry.
  EXECUTE format($sql$
    CREATE TABLE %1$I.analyzer_state (
      entry int8 NOT NULL,
      part int4 NOT NULL,
      bytes bytea NOT NULL,
      PRIMARY KEY (entry, part)
    )
  $sql$, tenant_schema);
  -- Numbers that learn do not compress, and trying took five times as long as writing them.
  EXECUTE format('ALTER TABLE %I.analyzer_state ALTER bytes SET STORAGE EXTERNAL', tenant_schema);

  EXECUTE format($sql$
    CREATE TABLE %1$I.findings (
      -- In the order of their commits: one leader writes, one transaction after the other.
      finding int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      -- The time of the record that completed the evidence, and when it was noticed.
      at timestamptz NOT NULL,
      found_at timestamptz NOT NULL,
      window_start timestamptz NOT NULL,
      window_end timestamptz NOT NULL,
      score float8 NOT NULL,
      -- Of what makes it the same finding in every run over the same records.
      identity int8 NOT NULL,
      at_ns int2 NOT NULL,
      -- It came after its time had been judged.
      is_late bool NOT NULL,
      -- Shadow: written down, and nobody is told.
      mode text NOT NULL CHECK (mode IN ('shadow', 'on')),
      severity text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
      detector text NOT NULL,
      actor text,
      user_id text,
      client_id text,
      tool text,
      server text,
      session_id text,
      team text,
      address text,
      summary text NOT NULL,
      evidence json NOT NULL
    )
  $sql$, tenant_schema);
  EXECUTE format('CREATE INDEX findings_at ON %I.findings (at)', tenant_schema);
  EXECUTE format('CREATE TRIGGER only_added_to BEFORE UPDATE OR TRUNCATE ON %I.findings FOR EACH STATEMENT'
    || ' EXECUTE FUNCTION audittail.refuse_change()', tenant_schema);

  -- What people said about findings: "this was expected". Heard by the detectors in this order. Who adds a row locks the table in
  -- SHARE ROW EXCLUSIVE mode first, so that the numbers come in the order of the commits.
  EXECUTE format($sql$
    CREATE TABLE %1$I.finding_feedback (
      feedback int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      given_at timestamptz NOT NULL,
      finding int8 NOT NULL,
      verdict text NOT NULL CHECK (verdict IN ('expected')),
      who text NOT NULL,
      note text NOT NULL
    )
  $sql$, tenant_schema);
  EXECUTE format('CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON %I.finding_feedback FOR EACH STATEMENT'
    || ' EXECUTE FUNCTION audittail.refuse_change()', tenant_schema);

  EXECUTE format('GRANT USAGE ON SCHEMA %I TO audittail_analyzer', tenant_schema);
  EXECUTE format('GRANT SELECT ON %1$I.records, %1$I.rejected, %1$I.ledger, %1$I.sources, %1$I.positions, %1$I.signals, %1$I.prunings,'
    || ' %1$I.pods TO audittail_analyzer', tenant_schema);
  EXECUTE format('GRANT SELECT, UPDATE ON %1$I.analyzer_epoch TO audittail_analyzer', tenant_schema);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %1$I.analyzer_cursors, %1$I.analyzer_journal, %1$I.analyzer_state'
    || ' TO audittail_analyzer', tenant_schema);
  EXECUTE format('GRANT SELECT, INSERT ON %1$I.findings, %1$I.finding_feedback TO audittail_analyzer', tenant_schema);
  EXECUTE format('GRANT SELECT ON %1$I.findings, %1$I.finding_feedback, %1$I.analyzer_cursors, %1$I.analyzer_epoch'
    || ' TO audittail_reader', tenant_schema);
END
$$;

-- Block ranges of a day's partition that came since vacuum last passed are not summarised, so whoever looks for the newest batches would
-- read them all. The analyzer asks for this from time to time; it waits for nobody, vacuum least of all.
CREATE FUNCTION audittail.summarize_day(tenant_schema text, day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '50ms' AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM audittail.tenants t WHERE t.schema_name = tenant_schema) THEN
    RAISE EXCEPTION 'there is no tenant with the schema %', tenant_schema USING ERRCODE = 'undefined_object';
  END IF;
  PERFORM brin_summarize_new_values(i.indexrelid)
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
  WHERE i.indrelid = to_regclass(format('%I.%I', tenant_schema, 'records_' || to_char(day, 'YYYYMMDD'))) AND a.amname = 'brin';
EXCEPTION WHEN lock_not_available THEN
  NULL; -- vacuum does it at this moment
END
$$;

DO $$
DECLARE
  tenant_schema text;
BEGIN
  FOR tenant_schema IN SELECT t.schema_name FROM audittail.tenants t LOOP
    PERFORM audittail.create_analysis(tenant_schema);
  END LOOP;
END
$$;

-- A new tenant gets what it got before, and these tables.
ALTER FUNCTION audittail.create_tenant(text, text) RENAME TO create_tenant_without_analysis;
CREATE FUNCTION audittail.create_tenant(tenant_name text, tenant_schema text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Takes the tenant's lock, so whoever comes second finds the tables.
  PERFORM audittail.create_tenant_without_analysis(tenant_name, tenant_schema);
  IF to_regclass(format('%I.findings', tenant_schema)) IS NULL THEN
    PERFORM audittail.create_analysis(tenant_schema);
  END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION audittail.create_analysis(text), audittail.summarize_day(text, date), audittail.create_tenant_without_analysis(text, text),
  audittail.create_tenant(text, text) FROM PUBLIC, audittail_collector;
GRANT EXECUTE ON FUNCTION audittail.create_tenant(text, text) TO audittail_collector;
GRANT EXECUTE ON FUNCTION audittail.summarize_day(text, date) TO audittail_analyzer;
GRANT USAGE ON SCHEMA audittail TO audittail_analyzer;
GRANT SELECT ON audittail.tenants, audittail.collectors, audittail.migrations TO audittail_analyzer;
GRANT SELECT, UPDATE ON audittail.leader TO audittail_analyzer;
GRANT SELECT, INSERT, UPDATE, DELETE ON audittail.analyzers TO audittail_analyzer;
GRANT SELECT ON audittail.leader, audittail.analyzers TO audittail_reader;
