-- What the API server of a Kubernetes cluster says of pods: labels, annotations, owner, node. A record does not carry it; its source's
-- path names the pod's uid, and that leads here. It may come later than the record, or never, so it is no part of the ledger.

-- One row for each change of what is kept, not for each change of a pod's status, written by the collector of the pod's node and by
-- nobody else: the key begins with the collector, so no two of them touch one row.
CREATE FUNCTION audittail.create_pods(tenant_schema text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  EXECUTE format($sql$
    CREATE TABLE %1$I.pods (
      -- From when on this is known to hold, by the collector's clock.
      seen_at timestamptz NOT NULL,
      collector int4 NOT NULL,
      -- As in the path of the log files: of a static pod the hash of its manifest.
      uid text NOT NULL,
      namespace text NOT NULL,
      pod text NOT NULL,
      node text NOT NULL,
      owner_kind text,
      owner_name text,
      -- The API server's version of the object in which this was seen first: an opaque text.
      resource_version text NOT NULL,
      labels json NOT NULL,
      annotations json NOT NULL,
      PRIMARY KEY (collector, uid, seen_at)
    )
  $sql$, tenant_schema);
  EXECUTE format('CREATE TRIGGER only_added_to BEFORE UPDATE OR TRUNCATE ON %I.pods FOR EACH STATEMENT'
    || ' EXECUTE FUNCTION audittail.refuse_change()', tenant_schema);
  -- What it wrote last, so that it need not write it again.
  EXECUTE format('GRANT INSERT, SELECT ON %I.pods TO audittail_collector', tenant_schema);
  EXECUTE format('GRANT SELECT ON %I.pods TO audittail_reader', tenant_schema);
END
$$;

DO $$
DECLARE
  tenant_schema text;
BEGIN
  FOR tenant_schema IN SELECT t.schema_name FROM audittail.tenants t LOOP
    PERFORM audittail.create_pods(tenant_schema);
  END LOOP;
END
$$;

-- A new tenant gets what it got before, and this table.
ALTER FUNCTION audittail.create_tenant(text, text) RENAME TO create_tenant_without_pods;
CREATE FUNCTION audittail.create_tenant(tenant_name text, tenant_schema text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Takes the tenant's lock, so whoever comes second finds the table.
  PERFORM audittail.create_tenant_without_pods(tenant_name, tenant_schema);
  IF to_regclass(format('%I.pods', tenant_schema)) IS NULL THEN
    PERFORM audittail.create_pods(tenant_schema);
  END IF;
END
$$;

-- Which tenant a pod's label, or for want of one its namespace, decided on. What was decided stays, whatever the label says later: half of
-- a file in one schema and half in another would be two halves of a proof. Written before the first line of the pod is read.
CREATE TABLE audittail.pod_tenants (
  decided_at timestamptz NOT NULL,
  collector int4 NOT NULL,
  uid text NOT NULL,
  tenant text NOT NULL,
  PRIMARY KEY (collector, uid)
);
CREATE TRIGGER only_added_to BEFORE UPDATE OR TRUNCATE ON audittail.pod_tenants FOR EACH STATEMENT
  EXECUTE FUNCTION audittail.refuse_change();
GRANT INSERT, SELECT ON audittail.pod_tenants TO audittail_collector;
GRANT SELECT ON audittail.pod_tenants TO audittail_reader;

-- Metadata leaves after the records that it describes: a row that another one replaced before `before`, and the last row of a pod that
-- brought nothing since. For those who own nothing `before` is at least the tenant's keep_days ago.
CREATE FUNCTION audittail.prune_pods(tenant_name text, tenant_schema text, before timestamptz) RETURNS int8
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  keep int4;
  owner oid;
  silent text;
  pruned int8;
BEGIN
  SELECT t.keep_days INTO keep FROM audittail.tenants t WHERE t.tenant = tenant_name AND t.schema_name = tenant_schema;
  IF keep IS NULL THEN
    RAISE EXCEPTION 'there is no tenant with the schema %', tenant_schema USING ERRCODE = 'undefined_object';
  END IF;
  SELECT c.relowner INTO owner FROM pg_class c WHERE c.oid = to_regclass(format('%I.pods', tenant_schema));
  IF NOT pg_has_role(session_user, owner, 'USAGE') THEN
    before := least(before, clock_timestamp() - make_interval(days => keep));
  END IF;
  silent := format($sql$
    NOT EXISTS (SELECT FROM %1$I.sources s JOIN %1$I.positions q ON q.collector = s.collector AND q.source = s.source
      JOIN %1$I.ledger l ON l.collector = q.collector AND l.seq = q.seq
      WHERE s.collector = p.collector AND split_part(split_part(s.path, '/', -3), '_', 3) = p.uid AND l.received_at >= $1)
  $sql$, tenant_schema);
  EXECUTE format($sql$
    DELETE FROM %1$I.pods p WHERE p.seen_at < $1 AND (
      EXISTS (SELECT FROM %1$I.pods n WHERE n.collector = p.collector AND n.uid = p.uid AND n.seen_at > p.seen_at AND n.seen_at <= $1)
      OR %2$s)
  $sql$, tenant_schema, silent) USING before;
  GET DIAGNOSTICS pruned = ROW_COUNT;
  EXECUTE format('DELETE FROM audittail.pod_tenants p WHERE p.tenant = $2 AND p.decided_at < $1 AND %s', silent)
    USING before, tenant_name;
  RETURN pruned;
END
$$;

REVOKE EXECUTE ON FUNCTION audittail.create_pods(text), audittail.create_tenant_without_pods(text, text),
  audittail.create_tenant(text, text), audittail.prune_pods(text, text, timestamptz)
  FROM PUBLIC, audittail_collector;
GRANT EXECUTE ON FUNCTION audittail.create_tenant(text, text) TO audittail_collector;
GRANT EXECUTE ON FUNCTION audittail.prune_pods(text, text, timestamptz) TO audittail_retention;
