-- Alerts and their deliveries: what goes on, what happened to it, and what was or has to be told to whom. A tenant's stand in its schema,
-- those about audittail itself in the schema audittail, in the same tables.

CREATE FUNCTION audittail.create_alerts(in_schema text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- One row. Whoever changes anything of alerts locks it first, so changes come one after the other.
  EXECUTE format($sql$
    CREATE TABLE %1$I.alert_state (
      one bool PRIMARY KEY DEFAULT true CHECK (one),
      -- Up to which finding (or incident) alerts were made.
      cause int8 NOT NULL,
      last_alert int8 NOT NULL,
      last_message int8 NOT NULL,
      -- When something happens by itself: an alert is over, a silence ends, a digest leaves.
      next_due timestamptz,
      -- In the ids of messages, so that a database made anew does not repeat ids that receivers remember.
      identity text NOT NULL
    )
  $sql$, in_schema);
  EXECUTE format('INSERT INTO %I.alert_state (cause, last_alert, last_message, identity) VALUES (0, 0, 0, $1)', in_schema)
    USING left(replace(gen_random_uuid()::text, '-', ''), 16);

  EXECUTE format($sql$
    CREATE TABLE %1$I.alerts (
      alert int8 PRIMARY KEY,
      -- When what it tells of began and was seen last, by the records' clock; and the same by ours.
      since timestamptz NOT NULL,
      last_at timestamptz NOT NULL,
      firing_since timestamptz NOT NULL,
      last_seen timestamptz NOT NULL,
      findings int8 NOT NULL,
      score float8 NOT NULL,
      transitions int4 NOT NULL,
      reopened int4 NOT NULL,
      is_acknowledged bool NOT NULL,
      is_escalated bool NOT NULL,
      detector text NOT NULL,
      -- What its findings are grouped by, such as actor=alice.
      grouped_by text NOT NULL,
      state text NOT NULL CHECK (state IN ('firing', 'acknowledged', 'silenced', 'resolved')),
      severity text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
      actor text,
      user_id text,
      client_id text,
      server text,
      tool text,
      session_id text,
      summary text NOT NULL,
      -- What each receiver was told last: receiver|event|severity|folded, separated by commas.
      told text NOT NULL,
      evidence json NOT NULL
    )
  $sql$, in_schema);
  EXECUTE format('CREATE INDEX alerts_key ON %I.alerts (detector, grouped_by, alert)', in_schema);
  EXECUTE format('CREATE INDEX alerts_active ON %I.alerts (alert) WHERE state <> ''resolved''', in_schema);

  EXECUTE format($sql$
    CREATE TABLE %1$I.alert_transitions (
      at timestamptz NOT NULL,
      alert int8 NOT NULL,
      number int4 NOT NULL,
      event text NOT NULL,
      state text NOT NULL,
      severity text NOT NULL,
      -- Who or what did it, and why.
      by text,
      note text,
      PRIMARY KEY (alert, number)
    )
  $sql$, in_schema);
  EXECUTE format('CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON %I.alert_transitions FOR EACH STATEMENT'
    || ' EXECUTE FUNCTION audittail.refuse_change()', in_schema);

  -- The outbox: written with the transition, sent afterwards, until the receiver has taken it or it is given up.
  EXECUTE format($sql$
    CREATE TABLE %1$I.deliveries (
      delivery int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      alert int8,
      created_at timestamptz NOT NULL,
      -- Since when it is tried: later than created_at when it was replayed.
      tried_from timestamptz NOT NULL,
      next_at timestamptz NOT NULL,
      done_at timestamptz,
      transition int4,
      attempts int4 NOT NULL DEFAULT 0,
      status int4,
      -- folded: not sent by itself, counted in a digest.
      state text NOT NULL CHECK (state IN ('pending', 'delivered', 'dead', 'folded')),
      receiver text NOT NULL,
      event text NOT NULL,
      -- The webhook-id: the same on every repeat.
      message_id text NOT NULL,
      error text,
      body text NOT NULL
    )
  $sql$, in_schema);
  EXECUTE format('CREATE INDEX deliveries_due ON %I.deliveries (receiver, next_at) WHERE state = ''pending''', in_schema);
  EXECUTE format('CREATE INDEX deliveries_alert ON %I.deliveries (alert, receiver, delivery)', in_schema);
  EXECUTE format('CREATE INDEX deliveries_dead ON %I.deliveries (delivery) WHERE state = ''dead''', in_schema);

  EXECUTE format($sql$
    CREATE TABLE %1$I.silences (
      silence int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      created_at timestamptz NOT NULL,
      from_at timestamptz NOT NULL,
      until_at timestamptz NOT NULL,
      -- Ended before its time, and by whom.
      ended_at timestamptz,
      ended_by text,
      author text NOT NULL,
      reason text NOT NULL,
      matchers text[] NOT NULL
    )
  $sql$, in_schema);

  EXECUTE format($sql$
    CREATE TABLE %1$I.alert_acknowledgements (
      at timestamptz NOT NULL,
      alert int8 NOT NULL,
      is_expected bool NOT NULL,
      who text NOT NULL,
      note text
    )
  $sql$, in_schema);
  EXECUTE format('CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON %I.alert_acknowledgements FOR EACH STATEMENT'
    || ' EXECUTE FUNCTION audittail.refuse_change()', in_schema);

  EXECUTE format($sql$
    CREATE TABLE %1$I.storm_windows (
      opened_at timestamptz NOT NULL,
      sent int8 NOT NULL,
      receiver text PRIMARY KEY,
      -- detector|severity|event|count, of what was not sent by itself.
      folded text[] NOT NULL
    )
  $sql$, in_schema);

  EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %1$I.alert_state, %1$I.alerts, %1$I.deliveries, %1$I.silences, %1$I.storm_windows'
    || ' TO audittail_analyzer', in_schema);
  EXECUTE format('GRANT SELECT, INSERT ON %1$I.alert_transitions, %1$I.alert_acknowledgements TO audittail_analyzer', in_schema);
  EXECUTE format('GRANT SELECT ON %1$I.alert_state, %1$I.alerts, %1$I.deliveries, %1$I.silences, %1$I.storm_windows,'
    || ' %1$I.alert_transitions, %1$I.alert_acknowledgements TO audittail_reader', in_schema);
END
$$;

SELECT audittail.create_alerts('audittail');

DO $$
DECLARE
  tenant_schema text;
BEGIN
  FOR tenant_schema IN SELECT t.schema_name FROM audittail.tenants t LOOP
    PERFORM audittail.create_alerts(tenant_schema);
  END LOOP;
END
$$;

-- A new tenant gets what it got before, and these tables.
ALTER FUNCTION audittail.create_tenant(text, text) RENAME TO create_tenant_without_alerts;
CREATE FUNCTION audittail.create_tenant(tenant_name text, tenant_schema text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Takes the tenant's lock, so whoever comes second finds the tables.
  PERFORM audittail.create_tenant_without_alerts(tenant_name, tenant_schema);
  IF to_regclass(format('%I.alerts', tenant_schema)) IS NULL THEN
    PERFORM audittail.create_alerts(tenant_schema);
  END IF;
END
$$;

-- What goes wrong with audittail itself, told by whoever notices: the leading analyzer, prune, verify. Alerts are made from it like from
-- findings.
CREATE TABLE audittail.incidents (
  incident int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  -- It says that what began is over.
  is_end bool NOT NULL,
  kind text NOT NULL,
  -- Which collector, tenant or receiver.
  subject text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
  summary text NOT NULL,
  evidence json NOT NULL
);
CREATE INDEX incidents_last ON audittail.incidents (kind, subject, incident);
CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON audittail.incidents FOR EACH STATEMENT
  EXECUTE FUNCTION audittail.refuse_change();

-- Receivers that said that they are gone (410). Nothing is sent to them until somebody tries them with success or changes them.
CREATE TABLE audittail.disabled_receivers (
  receiver text PRIMARY KEY,
  disabled_at timestamptz NOT NULL,
  -- Of its address and secrets: one that was changed is another one.
  fingerprint text NOT NULL,
  reason text NOT NULL
);

GRANT SELECT, INSERT ON audittail.incidents TO audittail_analyzer, audittail_retention, audittail_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON audittail.disabled_receivers TO audittail_analyzer;
GRANT SELECT ON audittail.disabled_receivers TO audittail_reader;

REVOKE EXECUTE ON FUNCTION audittail.create_alerts(text), audittail.create_tenant_without_alerts(text, text),
  audittail.create_tenant(text, text) FROM PUBLIC, audittail_collector;
GRANT EXECUTE ON FUNCTION audittail.create_tenant(text, text) TO audittail_collector;
