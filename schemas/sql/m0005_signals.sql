-- The golden signals of minutes, hours and days. Collectors add deltas to `signals` and nothing else; the analyzer moves them into the
-- three tables below, in one transaction: a reader that asks for both in one statement sees each delta once, wherever it is.

-- Whoever compacts, detects and tells. It may exist already.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'audittail_analyzer') THEN
    CREATE ROLE audittail_analyzer NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL; -- made by another database's migration at this very moment
END
$$;
GRANT USAGE ON SCHEMA audittail TO audittail_analyzer;
GRANT SELECT ON audittail.tenants, audittail.collectors TO audittail_analyzer;

CREATE FUNCTION audittail.create_signal_tables(tenant_schema text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  grain text;
BEGIN
  -- Failed calls by class, in the order of AuditSignal's ErrorClass: other, timeout, cancelled, denied, rate-limited, invalid,
  -- not-found, unavailable. NULL where none failed.
  EXECUTE format('ALTER TABLE %I.signals ADD COLUMN errors int8[]', tenant_schema);
  -- It is emptied all the time.
  EXECUTE format('ALTER TABLE %I.signals SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 5000)',
    tenant_schema);

  FOREACH grain IN ARRAY ARRAY['signal_minutes', 'signal_hours', 'signal_days'] LOOP
    EXECUTE format($sql$
      CREATE TABLE %1$I.%2$I (
        -- Where the minute, hour or day (UTC) begins.
        at timestamptz NOT NULL,
        calls int8 NOT NULL,
        duration_ns_sum int8 NOT NULL,
        duration_ns_min int8,
        duration_ns_max int8,
        result_bytes int8 NOT NULL,
        -- Empty where the records have none: a key has no NULL.
        tool text NOT NULL,
        server text NOT NULL,
        status text NOT NULL,
        errors int8[],
        -- AuditSignal's LatencySketch; several one after another are their merge.
        sketch bytea,
        PRIMARY KEY (at, tool, server, status)
      ) WITH (fillfactor = 70)
    $sql$, tenant_schema, grain);
    EXECUTE format('ALTER TABLE %I.%I ALTER sketch SET STORAGE MAIN', tenant_schema, grain);
  END LOOP;

  -- What each collector has brought since ever: its counters begin here after a restart.
  EXECUTE format($sql$
    CREATE TABLE %1$I.signal_totals (
      -- When it grew last.
      at timestamptz NOT NULL,
      calls int8 NOT NULL,
      timed int8 NOT NULL,
      duration_ns_sum int8 NOT NULL,
      collector int4 NOT NULL,
      tool text NOT NULL,
      server text NOT NULL,
      status text NOT NULL,
      errors int8[] NOT NULL,
      -- Calls by the buckets of mcp_tool_duration_seconds, each without those before it; what is beyond the last is the rest of timed.
      ranges int8[] NOT NULL,
      PRIMARY KEY (collector, tool, server, status)
    ) WITH (fillfactor = 70)
  $sql$, tenant_schema);

  -- One row, locked by whoever compacts. `at`: when that was last done to the end.
  EXECUTE format('CREATE TABLE %I.signal_compaction (one int2 PRIMARY KEY CHECK (one = 1), at timestamptz)', tenant_schema);
  EXECUTE format('INSERT INTO %I.signal_compaction (one) VALUES (1)', tenant_schema);

  -- Who used what, a day: rows are added up from the records, batch after batch, by whoever compacts.
  EXECUTE format($sql$
    CREATE TABLE %1$I.usage_days (
      day date NOT NULL,
      calls int8 NOT NULL,
      failed int8 NOT NULL,
      duration_ns_sum int8 NOT NULL,
      result_bytes int8 NOT NULL,
      -- Empty where the records have none; names beyond 200 bytes are cut and get their digest.
      actor text NOT NULL,
      tool text NOT NULL,
      server text NOT NULL,
      PRIMARY KEY (day, actor, tool, server)
    ) WITH (fillfactor = 70)
  $sql$, tenant_schema);
  -- Up to which batch of each collector's chain that was done.
  EXECUTE format('CREATE TABLE %I.usage_cursors (seq int8 NOT NULL, collector int4 PRIMARY KEY)', tenant_schema);

  EXECUTE format('GRANT USAGE ON SCHEMA %I TO audittail_analyzer', tenant_schema);
  EXECUTE format('GRANT SELECT ON %1$I.records, %1$I.ledger TO audittail_analyzer', tenant_schema);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %1$I.signals, %1$I.signal_minutes, %1$I.signal_hours,'
    || ' %1$I.signal_days, %1$I.signal_totals, %1$I.signal_compaction, %1$I.usage_days, %1$I.usage_cursors'
    || ' TO audittail_analyzer', tenant_schema);
  EXECUTE format('GRANT SELECT ON %1$I.signal_minutes, %1$I.signal_hours, %1$I.signal_days, %1$I.signal_totals,'
    || ' %1$I.signal_compaction, %1$I.usage_days, %1$I.usage_cursors TO audittail_reader', tenant_schema);
END
$$;

DO $$
DECLARE
  tenant_schema text;
BEGIN
  FOR tenant_schema IN SELECT t.schema_name FROM audittail.tenants t LOOP
    PERFORM audittail.create_signal_tables(tenant_schema);
  END LOOP;
END
$$;

-- A new tenant gets what it got before, and these tables.
ALTER FUNCTION audittail.create_tenant(text, text) RENAME TO create_tenant_without_signals;
CREATE FUNCTION audittail.create_tenant(tenant_name text, tenant_schema text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Takes the tenant's lock, so whoever comes second finds the tables.
  PERFORM audittail.create_tenant_without_signals(tenant_name, tenant_schema);
  IF to_regclass(format('%I.signal_minutes', tenant_schema)) IS NULL THEN
    PERFORM audittail.create_signal_tables(tenant_schema);
  END IF;
END
$$;

-- What one collector has brought to a tenant: totals, and as sketches what is not compacted yet. For the collector, which may not read
-- the tables; it learns nothing that it has not written.
CREATE FUNCTION audittail.collector_totals(tenant_schema text, collector_number int4)
RETURNS TABLE (tool text, server text, status text, calls int8, timed int8, duration_ns_sum int8, errors int8[], ranges int8[],
  sketch bytea)
LANGUAGE plpgsql SECURITY DEFINER STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM audittail.tenants t WHERE t.schema_name = tenant_schema) THEN
    RAISE EXCEPTION 'there is no tenant with the schema %', tenant_schema USING ERRCODE = 'undefined_object';
  END IF;
  RETURN QUERY EXECUTE format($sql$
    SELECT * FROM (
      SELECT t.tool, t.server, t.status, t.calls, t.timed, t.duration_ns_sum, t.errors, t.ranges, NULL::bytea
      FROM %1$I.signal_totals t WHERE t.collector = $1
      UNION ALL
      SELECT s.tool, coalesce(s.server, ''), coalesce(s.status, ''), s.calls, NULL, s.duration_ns_sum, s.errors, NULL, s.sketch
      FROM %1$I.signals s WHERE s.collector = $1
    ) all_of_it ORDER BY 4 DESC
  $sql$, tenant_schema) USING collector_number;
END
$$;

REVOKE EXECUTE ON FUNCTION audittail.create_signal_tables(text), audittail.create_tenant_without_signals(text, text),
  audittail.create_tenant(text, text), audittail.collector_totals(text, int4) FROM PUBLIC, audittail_collector;
GRANT EXECUTE ON FUNCTION audittail.create_tenant(text, text), audittail.collector_totals(text, int4) TO audittail_collector;
