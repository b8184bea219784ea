-- What makes a source known again in another file, and what was lost before it could be read. Rows of before keep their proof: the
-- ledger hashes the new columns only where they say something.

CREATE FUNCTION audittail.tenant_tail(tenant_schema text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- last_block: eight bytes of the SHA-256 over the last 256 bytes before pos_to (or before the gap), by which a position is found
  -- again in a compressed file or a copy. gap_bytes: the last bytes before pos_to were lost unread, that many of them, or at least.
  EXECUTE format('ALTER TABLE %I.positions ADD COLUMN IF NOT EXISTS last_block int8,'
    || ' ADD COLUMN IF NOT EXISTS gap_bytes int8 CHECK (gap_bytes > 0),'
    || ' ADD COLUMN IF NOT EXISTS gap_is_least bool NOT NULL DEFAULT false', tenant_schema);
  -- The sources of one lineage: its path, and what rotation appends to it.
  EXECUTE format('CREATE INDEX IF NOT EXISTS sources_path ON %I.sources (collector, path COLLATE "C")', tenant_schema);
END
$$;

SELECT audittail.tenant_tail(schema_name) FROM audittail.tenants;

ALTER FUNCTION audittail.create_tenant(text, text) RENAME TO create_tenant_before_tail;
REVOKE EXECUTE ON FUNCTION audittail.create_tenant_before_tail(text, text) FROM audittail_collector;

CREATE FUNCTION audittail.create_tenant(tenant_name text, tenant_schema text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Takes the lock that keeps a second collector waiting until the tenant is whole.
  PERFORM audittail.create_tenant_before_tail(tenant_name, tenant_schema);
  PERFORM audittail.tenant_tail(tenant_schema);
END
$$;

REVOKE EXECUTE ON FUNCTION audittail.tenant_tail(text), audittail.create_tenant(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audittail.create_tenant(text, text) TO audittail_collector;
