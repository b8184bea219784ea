-- What each collector says of itself: how full its spool is, and what its listeners see. No part of the audit trail, and no history: the
-- newest words alone, so that somebody who asks the database knows of nodes whose disks he cannot see.
CREATE TABLE audittail.collector_states (
  -- One row a collector, which nobody else touches.
  collector int4 PRIMARY KEY,
  -- By the collector's clock.
  reported_at timestamptz NOT NULL,
  -- By the database's, which is the one that silence is measured by.
  heard_at timestamptz NOT NULL,
  -- Numbers, names of tenants, addresses of listeners; nothing of any line.
  state json NOT NULL
);

-- A collector may add, and change nothing: this one row is replaced by a function.
CREATE FUNCTION audittail.report_state(collector_number int4, reported timestamptz, new_state json) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO audittail.collector_states (collector, reported_at, heard_at, state)
  VALUES (collector_number, reported, clock_timestamp(), new_state)
  ON CONFLICT (collector) DO UPDATE SET reported_at = EXCLUDED.reported_at, heard_at = EXCLUDED.heard_at, state = EXCLUDED.state
$$;

REVOKE EXECUTE ON FUNCTION audittail.report_state(int4, timestamptz, json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audittail.report_state(int4, timestamptz, json) TO audittail_collector;
GRANT SELECT ON audittail.collector_states TO audittail_reader, audittail_analyzer;
