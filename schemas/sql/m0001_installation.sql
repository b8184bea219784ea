-- What the installation itself owns: who may do what, which tenants and collectors there are, and how a tenant's schema
-- and its days are made. Runs once, in one transaction; never edited after it landed.

-- Three roles without login; operators grant them to the users of their services. Roles belong to the whole cluster, so
-- another database of it may have made them already.
DO $$
DECLARE
  role text;
BEGIN
  FOREACH role IN ARRAY ARRAY['audittail_collector', 'audittail_reader', 'audittail_retention'] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', role);
    END IF;
  END LOOP;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL; -- made by another database's migration at this very moment
END
$$;

CREATE TABLE audittail.tenants (
  tenant text PRIMARY KEY,
  schema_name text NOT NULL UNIQUE CHECK (schema_name ~ '^tenant_[a-z0-9_]{1,55}$'),
  -- What audittail_retention may not go below; only the owner can say less.
  keep_days int4 NOT NULL DEFAULT 90 CHECK (keep_days > 0),
  created_at timestamptz NOT NULL
);

CREATE TABLE audittail.collectors (
  collector int4 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  first_seen timestamptz NOT NULL
);

-- An audit trail is only ever added to. Withheld grants say so to the roles; this says so to the owner too.
CREATE FUNCTION audittail.refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on %.% is refused: an audit trail is only added to', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege', HINT = 'A day leaves by audittail prune.';
END
$$;

CREATE FUNCTION audittail.create_tenant(tenant_name text, tenant_schema text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  base text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('audittail tenant ' || tenant_schema, 0));
  IF EXISTS (SELECT FROM audittail.tenants t WHERE t.tenant = tenant_name AND t.schema_name = tenant_schema) THEN
    RETURN;
  END IF;
  INSERT INTO audittail.tenants (tenant, schema_name, created_at) VALUES (tenant_name, tenant_schema, clock_timestamp());
  EXECUTE format('CREATE SCHEMA %I', tenant_schema);

  -- Widest columns first, so that alignment wastes nothing. json, not jsonb: the text stays as it was hashed, key order,
  -- spelling of numbers and all, and it is cheaper to take in; every value casts to jsonb.
  EXECUTE format($sql$
    CREATE TABLE %1$I.records (
      ts timestamptz NOT NULL,
      seq int8 NOT NULL,
      pos int8 NOT NULL,
      duration_ns int8,
      result_bytes int8,
      collector int4 NOT NULL,
      idx int4 NOT NULL,
      source int4 NOT NULL,
      ts_ns int2 NOT NULL,
      dialect int2 NOT NULL,
      tool text NOT NULL,
      server text,
      user_id text,
      client_id text,
      session_id text,
      status text,
      error text,
      level text,
      event text,
      request_id text,
      trace_id text,
      address text,
      args json,
      extra json,
      redactions json,
      marks text[]
    ) PARTITION BY RANGE (ts)
  $sql$, tenant_schema);
  EXECUTE format($sql$
    CREATE TABLE %1$I.rejected (
      ts timestamptz NOT NULL,
      seq int8 NOT NULL,
      pos int8 NOT NULL,
      bytes int8 NOT NULL,
      collector int4 NOT NULL,
      idx int4 NOT NULL,
      source int4 NOT NULL,
      reason text NOT NULL,
      text text NOT NULL
    ) PARTITION BY RANGE (ts)
  $sql$, tenant_schema);
  BEGIN
    EXECUTE format('ALTER TABLE %I.records ALTER args SET COMPRESSION lz4, ALTER extra SET COMPRESSION lz4', tenant_schema);
  EXCEPTION WHEN feature_not_supported THEN
    NULL; -- a server built without lz4 compresses with its default
  END;

  -- "What did this person do": the one question worth a B-tree. Time and batch come in order, so a block range does.
  EXECUTE format('CREATE INDEX records_actor ON %I.records ((coalesce(user_id, client_id)), ts)', tenant_schema);
  EXECUTE format('CREATE INDEX records_ts ON %I.records USING brin (ts) WITH (pages_per_range = 32)',
    tenant_schema);
  EXECUTE format('CREATE INDEX records_batch ON %I.records USING brin (collector, seq)'
    || ' WITH (pages_per_range = 32)', tenant_schema);
  EXECUTE format('CREATE INDEX rejected_ts ON %I.rejected USING brin (ts) WITH (pages_per_range = 32)',
    tenant_schema);

  EXECUTE format($sql$
    CREATE TABLE %1$I.ledger (
      received_at timestamptz NOT NULL,
      seq int8 NOT NULL,
      gap_bytes int8 NOT NULL,
      collector int4 NOT NULL,
      layout int2 NOT NULL,
      days date[] NOT NULL,
      day_records int4[] NOT NULL,
      day_rejected int4[] NOT NULL,
      day_record_roots bytea[] NOT NULL,
      day_rejected_roots bytea[] NOT NULL,
      first_ts timestamptz,
      last_ts timestamptz,
      root bytea NOT NULL,
      previous bytea NOT NULL,
      hash bytea NOT NULL,
      PRIMARY KEY (collector, seq)
    )
  $sql$, tenant_schema);
  EXECUTE format($sql$
    CREATE TABLE %1$I.sources (
      first_seen timestamptz NOT NULL,
      device int8,
      inode int8,
      birth int8,
      fingerprint int8,
      fingerprint_bytes int4,
      collector int4 NOT NULL,
      source int4 NOT NULL,
      path text NOT NULL,
      PRIMARY KEY (collector, source)
    )
  $sql$, tenant_schema);
  EXECUTE format('CREATE INDEX sources_inode ON %I.sources (collector, inode)', tenant_schema);
  EXECUTE format($sql$
    CREATE TABLE %1$I.positions (
      seq int8 NOT NULL,
      pos_from int8 NOT NULL,
      pos_to int8 NOT NULL,
      collector int4 NOT NULL,
      source int4 NOT NULL,
      lines int4 NOT NULL,
      pending_streams int2[] NOT NULL,
      pending_sources int4[] NOT NULL,
      pending_offsets int8[] NOT NULL,
      PRIMARY KEY (collector, source, seq)
    )
  $sql$, tenant_schema);
  EXECUTE format('CREATE INDEX positions_batch ON %I.positions (collector, seq)', tenant_schema);
  EXECUTE format($sql$
    CREATE TABLE %1$I.signals (
      minute timestamptz NOT NULL,
      seq int8 NOT NULL,
      calls int8 NOT NULL,
      duration_ns_sum int8 NOT NULL,
      duration_ns_min int8,
      duration_ns_max int8,
      result_bytes int8 NOT NULL,
      collector int4 NOT NULL,
      server text,
      tool text NOT NULL,
      status text,
      sketch bytea
    )
  $sql$, tenant_schema);
  EXECUTE format('CREATE INDEX signals_minute ON %I.signals USING brin (minute)', tenant_schema);
  EXECUTE format($sql$
    CREATE TABLE %1$I.access_log (
      at timestamptz NOT NULL,
      rows int8 NOT NULL,
      who text NOT NULL,
      action text NOT NULL,
      question json NOT NULL
    )
  $sql$, tenant_schema);
  EXECUTE format($sql$
    CREATE TABLE %1$I.prunings (
      at timestamptz NOT NULL,
      records int8,
      day date NOT NULL,
      outcome text NOT NULL
    )
  $sql$, tenant_schema);

  EXECUTE format($sql$
    CREATE VIEW %1$I.audit AS
    SELECT collector || '-' || seq || '-' || idx AS id, ts AS "time", ts_ns, tool, server,
      coalesce(user_id, client_id) AS actor, user_id, client_id, session_id, status, error, duration_ns, result_bytes,
      level, event, request_id, trace_id, address, args, extra, redactions, marks, collector, seq, idx, source, pos, dialect
    FROM %1$I.records
  $sql$, tenant_schema);

  FOREACH base IN ARRAY ARRAY['records', 'rejected'] LOOP
    EXECUTE format('CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON %I.%I FOR EACH ROW'
      || ' EXECUTE FUNCTION audittail.refuse_change()', tenant_schema, base);
    EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I.%I FOR EACH STATEMENT'
      || ' EXECUTE FUNCTION audittail.refuse_change()', tenant_schema, base);
  END LOOP;
  FOREACH base IN ARRAY ARRAY['ledger', 'sources', 'positions', 'access_log', 'prunings'] LOOP
    EXECUTE format('CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON %I.%I FOR EACH STATEMENT'
      || ' EXECUTE FUNCTION audittail.refuse_change()', tenant_schema, base);
  END LOOP;

  EXECUTE format('GRANT USAGE ON SCHEMA %I TO audittail_collector, audittail_reader, audittail_retention', tenant_schema);
  EXECUTE format('GRANT INSERT ON %1$I.records, %1$I.rejected, %1$I.ledger, %1$I.sources, %1$I.positions, %1$I.signals'
    || ' TO audittail_collector', tenant_schema);
  -- Where it left off and whether a batch is there already: no record can be read through these.
  EXECUTE format('GRANT SELECT ON %1$I.ledger, %1$I.sources, %1$I.positions TO audittail_collector', tenant_schema);
  EXECUTE format('GRANT SELECT ON %1$I.records, %1$I.rejected, %1$I.ledger, %1$I.sources, %1$I.positions, %1$I.signals,'
    || ' %1$I.audit, %1$I.access_log, %1$I.prunings TO audittail_reader', tenant_schema);
  EXECUTE format('GRANT INSERT ON %1$I.access_log TO audittail_reader', tenant_schema);
  -- It writes no pruning by itself: a forged one would excuse a missing day. drop_day does.
  EXECUTE format('GRANT SELECT ON %1$I.ledger, %1$I.prunings TO audittail_retention', tenant_schema);
END
$$;

-- Makes the partitions of one day, without a lock that a writer would wait for: a table of its own, then ATTACH, which
-- takes only SHARE UPDATE EXCLUSIVE on the parent; the CHECK spares the scan and leaves again.
CREATE FUNCTION audittail.ensure_day(tenant_schema text, day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  base text;
  part text;
  low text := to_char(day, 'YYYY-MM-DD') || ' 00:00:00+00';
  high text := to_char(day + 1, 'YYYY-MM-DD') || ' 00:00:00+00';
BEGIN
  IF NOT EXISTS (SELECT FROM audittail.tenants t WHERE t.schema_name = tenant_schema) THEN
    RAISE EXCEPTION 'there is no tenant with the schema %', tenant_schema USING ERRCODE = 'undefined_object';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('audittail day ' || tenant_schema || low, 0));
  FOREACH base IN ARRAY ARRAY['records', 'rejected'] LOOP
    part := base || '_' || to_char(day, 'YYYYMMDD');
    CONTINUE WHEN EXISTS (
      SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = tenant_schema AND c.relname = part AND NOT i.inhdetachpending);
    -- What an interrupted prune left detached comes back: it holds this day and nothing else.
    IF to_regclass(format('%I.%I', tenant_schema, part)) IS NOT NULL THEN
      EXECUTE format('ALTER TABLE %1$I.%3$I ATTACH PARTITION %1$I.%2$I FOR VALUES FROM (%4$L) TO (%5$L)',
        tenant_schema, part, base, low, high);
      CONTINUE;
    END IF;
    EXECUTE format('CREATE TABLE %1$I.%2$I (LIKE %1$I.%3$I INCLUDING ALL,'
      || ' CONSTRAINT one_day CHECK (ts >= %4$L AND ts < %5$L))', tenant_schema, part, base, low, high);
    EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I.%I FOR EACH STATEMENT'
      || ' EXECUTE FUNCTION audittail.refuse_change()', tenant_schema, part);
    EXECUTE format('ALTER TABLE %1$I.%3$I ATTACH PARTITION %1$I.%2$I FOR VALUES FROM (%4$L) TO (%5$L)',
      tenant_schema, part, base, low, high);
    EXECUTE format('ALTER TABLE %I.%I DROP CONSTRAINT one_day', tenant_schema, part);
  END LOOP;
END
$$;

-- A day leaves at once, for those who own nothing: waits at most two seconds for the parent's lock and then says so (55P03),
-- instead of holding up everybody behind it. The owner uses DETACH … CONCURRENTLY instead. A day that the tenant keeps is refused, and
-- that the day left is written down in the same transaction.
CREATE FUNCTION audittail.drop_day(tenant_schema text, day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  base text;
  part text;
  keep int4;
  pending bool;
  count int8;
BEGIN
  SELECT t.keep_days INTO keep FROM audittail.tenants t WHERE t.schema_name = tenant_schema;
  IF keep IS NULL THEN
    RAISE EXCEPTION 'there is no tenant with the schema %', tenant_schema USING ERRCODE = 'undefined_object';
  END IF;
  IF day > (clock_timestamp() AT TIME ZONE 'UTC')::date - keep THEN
    RAISE EXCEPTION 'day % is within the % days that % keeps', day, keep, tenant_schema
      USING ERRCODE = 'insufficient_privilege', HINT = 'The owner can set audittail.tenants.keep_days.';
  END IF;
  EXECUTE format('SELECT coalesce(sum(d.n), 0) FROM %I.ledger l, unnest(l.days, l.day_records) AS d (day, n) WHERE d.day = $1',
    tenant_schema) INTO count USING day;
  FOREACH base IN ARRAY ARRAY['records', 'rejected'] LOOP
    part := base || '_' || to_char(day, 'YYYYMMDD');
    CONTINUE WHEN to_regclass(format('%I.%I', tenant_schema, part)) IS NULL;
    SELECT i.inhdetachpending INTO pending FROM pg_inherits i
      WHERE i.inhrelid = to_regclass(format('%I.%I', tenant_schema, part));
    IF FOUND THEN
      EXECUTE format('ALTER TABLE %1$I.%2$I DETACH PARTITION %1$I.%3$I %4$s', tenant_schema, base, part,
        CASE WHEN pending THEN 'FINALIZE' ELSE '' END);
    END IF;
    EXECUTE format('DROP TABLE %I.%I', tenant_schema, part);
  END LOOP;
  EXECUTE format('INSERT INTO %I.prunings (at, records, day, outcome) VALUES (clock_timestamp(), $1, $2, ''dropped'')',
    tenant_schema) USING count, day;
END
$$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA audittail FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audittail.refuse_change() TO PUBLIC;
GRANT EXECUTE ON FUNCTION audittail.create_tenant(text, text), audittail.ensure_day(text, date) TO audittail_collector;
GRANT EXECUTE ON FUNCTION audittail.drop_day(text, date) TO audittail_retention;
GRANT USAGE ON SCHEMA audittail TO audittail_collector, audittail_reader, audittail_retention;
GRANT SELECT ON audittail.tenants, audittail.collectors, audittail.migrations
  TO audittail_collector, audittail_reader, audittail_retention;
GRANT INSERT ON audittail.collectors TO audittail_collector;
