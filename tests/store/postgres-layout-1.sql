-- A record of layout 1 as docgen wrote it to PostgreSQL, to be brought to every later layout. Never edited.
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;

CREATE SCHEMA docgen;

CREATE FUNCTION docgen.amend_documents(text[], text, text, bigint, bigint, bigint, bigint, text, text, text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'docgen', 'pg_temp'
    AS $_$UPDATE documents SET superseded_by = CASE WHEN 'superseded_by' = ANY ($1) THEN $6 ELSE superseded_by END, withdrawn_by = CASE WHEN 'withdrawn_by' = ANY ($1) THEN $7 ELSE withdrawn_by END, executed_on = CASE WHEN 'executed_on' = ANY ($1) THEN $8 ELSE executed_on END, signed = CASE WHEN 'signed' = ANY ($1) THEN $9 ELSE signed END, awaits = CASE WHEN 'awaits' = ANY ($1) THEN $10 ELSE awaits END WHERE engagement = $2 AND kind = $3 AND number = $4 AND version = $5$_$;

CREATE FUNCTION docgen.append(bigint, text, bytea[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'docgen', 'pg_temp'
    AS $_$
DECLARE
  depth int := 0;
  place bigint := $1;
  node bytea := sha256('\x00'::bytea || convert_to($2, 'UTF8'));
BEGIN
  INSERT INTO docgen.events VALUES ($1, $2);
  LOOP
    IF $3[depth + 1] IS DISTINCT FROM node THEN
      RAISE EXCEPTION 'the hash of level % does not fit', depth USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    INSERT INTO docgen.nodes VALUES (depth, place, node);
    EXIT WHEN place % 2 = 0;
    SELECT sha256('\x01'::bytea || hash || node) INTO node
      FROM docgen.nodes WHERE level = depth AND position = place - 1;
    depth := depth + 1;
    place := place / 2;
  END LOOP;
  IF cardinality($3) <> depth + 1 THEN
    RAISE EXCEPTION 'there are too many hashes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
END$_$;

CREATE FUNCTION docgen.clear_tables() RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'docgen', 'pg_temp'
    AS $$DELETE FROM docgen.mentions; DELETE FROM docgen.roles; DELETE FROM docgen.approvals; DELETE FROM docgen.facts; DELETE FROM docgen.documents; DELETE FROM docgen.files; DELETE FROM docgen.checkpoints$$;

CREATE FUNCTION docgen.drop_person(text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'docgen', 'pg_temp'
    AS $_$DELETE FROM docgen.people WHERE mark = $1$_$;

CREATE FUNCTION docgen.erase_blob(bytea) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'docgen', 'pg_temp'
    AS $_$INSERT INTO docgen.blobs VALUES ($1, NULL) ON CONFLICT (hash) DO UPDATE SET content = NULL$_$;

CREATE FUNCTION docgen.keep_or_erase() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'docgen', 'pg_temp'
    AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.hash = OLD.hash AND NEW.content IS NULL THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a blob is kept as it is or erased' USING ERRCODE = 'integrity_constraint_violation';
END$$;

CREATE FUNCTION docgen.keep_person(text, text, bytea) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'docgen', 'pg_temp'
    AS $_$INSERT INTO docgen.people VALUES ($1, $2, $3)$_$;

CREATE FUNCTION docgen.put_approvals(text, text, text, text, text, text, bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'docgen', 'pg_temp'
    AS $_$INSERT INTO approvals (name, language, hash, version, person, at, sequence) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (name, language, hash) DO UPDATE SET version = excluded.version, person = excluded.person, at = excluded.at, sequence = excluded.sequence$_$;

CREATE FUNCTION docgen.put_blob(bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'docgen', 'pg_temp'
    AS $_$
BEGIN
  INSERT INTO docgen.blobs VALUES (sha256($1), $1) ON CONFLICT DO NOTHING;
  RETURN (SELECT content IS NOT NULL FROM docgen.blobs WHERE hash = sha256($1));
END$_$;

CREATE FUNCTION docgen.put_checkpoints(bigint, bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'docgen', 'pg_temp'
    AS $_$INSERT INTO checkpoints (size, sequence) VALUES ($1, $2) ON CONFLICT (size, sequence) DO NOTHING$_$;

CREATE FUNCTION docgen.put_documents(text, text, bigint, bigint, text, bigint, text, text, text, text, text, text, bigint, bigint, bigint, text, text, text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'docgen', 'pg_temp'
    AS $_$INSERT INTO documents (engagement, kind, number, version, day, revision, template, language, template_version, template_hash, person, at, sequence, superseded_by, withdrawn_by, executed_on, signed, awaits) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) ON CONFLICT (engagement, kind, number, version) DO UPDATE SET day = excluded.day, revision = excluded.revision, template = excluded.template, language = excluded.language, template_version = excluded.template_version, template_hash = excluded.template_hash, person = excluded.person, at = excluded.at, sequence = excluded.sequence, superseded_by = excluded.superseded_by, withdrawn_by = excluded.withdrawn_by, executed_on = excluded.executed_on, signed = excluded.signed, awaits = excluded.awaits$_$;

CREATE FUNCTION docgen.put_facts(text, text, bigint, bigint, text, text, text, bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'docgen', 'pg_temp'
    AS $_$INSERT INTO facts (engagement, entry, number, revision, blob, person, at, sequence) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (engagement, entry, number, revision) DO UPDATE SET blob = excluded.blob, person = excluded.person, at = excluded.at, sequence = excluded.sequence$_$;

CREATE FUNCTION docgen.put_files(text, text, text, bigint, bigint, text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'docgen', 'pg_temp'
    AS $_$INSERT INTO files (blob, engagement, kind, number, version, part) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (blob, engagement, kind, number, version, part) DO NOTHING$_$;

CREATE FUNCTION docgen.put_mentions(text, bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'docgen', 'pg_temp'
    AS $_$INSERT INTO mentions (engagement, sequence) VALUES ($1, $2) ON CONFLICT (engagement, sequence) DO NOTHING$_$;

CREATE FUNCTION docgen.put_roles(text, text, bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'docgen', 'pg_temp'
    AS $_$INSERT INTO roles (person, roles, sequence) VALUES ($1, $2, $3) ON CONFLICT (person) DO UPDATE SET roles = excluded.roles, sequence = excluded.sequence$_$;

CREATE FUNCTION docgen.refuse() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'docgen', 'pg_temp'
    AS $$BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END$$;

CREATE FUNCTION docgen.take_in_order() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'docgen', 'pg_temp'
    AS $$
BEGIN
  IF NEW.sequence IS DISTINCT FROM (SELECT coalesce(max(sequence) + 1, 0) FROM docgen.events) THEN
    RAISE EXCEPTION 'the log takes events in their order only' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END$$;

CREATE TABLE docgen.approvals (
    name text NOT NULL COLLATE pg_catalog."C",
    language text NOT NULL COLLATE pg_catalog."C",
    hash text NOT NULL COLLATE pg_catalog."C",
    version text NOT NULL COLLATE pg_catalog."C",
    person text NOT NULL COLLATE pg_catalog."C",
    at text NOT NULL COLLATE pg_catalog."C",
    sequence bigint NOT NULL
);

CREATE TABLE docgen.blobs (
    hash bytea NOT NULL,
    content bytea,
    CONSTRAINT blobs_hash_check CHECK ((length(hash) = 32))
)
WITH (autovacuum_vacuum_threshold='0', autovacuum_vacuum_scale_factor='0');

CREATE TABLE docgen.checkpoints (
    size bigint NOT NULL,
    sequence bigint NOT NULL
);

CREATE TABLE docgen.documents (
    engagement text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    number bigint NOT NULL,
    version bigint NOT NULL,
    day text NOT NULL COLLATE pg_catalog."C",
    revision bigint NOT NULL,
    template text NOT NULL COLLATE pg_catalog."C",
    language text NOT NULL COLLATE pg_catalog."C",
    template_version text NOT NULL COLLATE pg_catalog."C",
    template_hash text NOT NULL COLLATE pg_catalog."C",
    person text NOT NULL COLLATE pg_catalog."C",
    at text NOT NULL COLLATE pg_catalog."C",
    sequence bigint NOT NULL,
    superseded_by bigint,
    withdrawn_by bigint,
    executed_on text COLLATE pg_catalog."C",
    signed text COLLATE pg_catalog."C",
    awaits text COLLATE pg_catalog."C"
);

CREATE TABLE docgen.events (
    sequence bigint NOT NULL,
    body text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT events_sequence_check CHECK ((sequence >= 0))
);

CREATE TABLE docgen.facts (
    engagement text NOT NULL COLLATE pg_catalog."C",
    entry text NOT NULL COLLATE pg_catalog."C",
    number bigint NOT NULL,
    revision bigint NOT NULL,
    blob text NOT NULL COLLATE pg_catalog."C",
    person text NOT NULL COLLATE pg_catalog."C",
    at text NOT NULL COLLATE pg_catalog."C",
    sequence bigint NOT NULL
);

CREATE TABLE docgen.files (
    blob text NOT NULL COLLATE pg_catalog."C",
    engagement text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    number bigint NOT NULL,
    version bigint NOT NULL,
    part text NOT NULL COLLATE pg_catalog."C"
);

CREATE TABLE docgen.layout (
    version integer NOT NULL
);

CREATE TABLE docgen.mentions (
    engagement text NOT NULL COLLATE pg_catalog."C",
    sequence bigint NOT NULL
);

CREATE TABLE docgen.nodes (
    level bigint NOT NULL,
    "position" bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT nodes_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT nodes_level_check CHECK ((level >= 0)),
    CONSTRAINT nodes_position_check CHECK (("position" >= 0))
);

CREATE TABLE docgen.people (
    mark text NOT NULL COLLATE pg_catalog."C",
    email text NOT NULL COLLATE pg_catalog."C",
    salt bytea NOT NULL,
    CONSTRAINT people_salt_check CHECK ((length(salt) = 32))
)
WITH (autovacuum_vacuum_threshold='0', autovacuum_vacuum_scale_factor='0');

CREATE TABLE docgen.roles (
    person text NOT NULL COLLATE pg_catalog."C",
    roles text NOT NULL COLLATE pg_catalog."C",
    sequence bigint NOT NULL
);

INSERT INTO docgen.approvals VALUES ('contract', 'en', 'cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc', '1.2', '7a1daad6c04ed414170f0d25c93b7864afba2a9eaef8d1e492ebae92216d6f4e', '2026-11-20T16:00:03+01:00', 3);

INSERT INTO docgen.blobs VALUES ('\x0694aacb66d62e742a92e8d5f1e82bd9d2a8ca1be88744201fbe63d0f5007502', '\x6661637473');
INSERT INTO docgen.blobs VALUES ('\x800f4772d4d579b92d4aa53b273ad611b0e9b492c1b86f8c93197eda057445db', '\x636f6e7472616374203120706466');
INSERT INTO docgen.blobs VALUES ('\x475dcdbba07d87c9c8ea1395719ff2faec6160211abb52e894fd81f7fe82a5ae', '\x636f6e74726163742031207365616c6564');
INSERT INTO docgen.blobs VALUES ('\xa4a7030c228e6899aa0ce96c93a19eedddfd177f37d2a62d171b66169dd66657', '\x636f6e7472616374203120646f6378');
INSERT INTO docgen.blobs VALUES ('\xf8792358b5780df637faaacf0895372bad6fa3b191caece453bce097f32b375d', '\x6f74686572206661637473');
INSERT INTO docgen.blobs VALUES ('\xc94040645995827a0b43009962f9f73cf231bb48f4d7122e4ef358d38a79619e', '\x636f6e7472616374203220706466');
INSERT INTO docgen.blobs VALUES ('\xc9efc008e1cc9fd5bffa03cd993c72bb72c29a2a5e5248b4f45f535fe2269614', '\x636f6e74726163742032207365616c6564');
INSERT INTO docgen.blobs VALUES ('\x66df117acd74646bff0c24363d2a4a7d08bd1e3af21109a40f70c5bea5b56f14', '\x636f6e7472616374203220646f6378');
INSERT INTO docgen.blobs VALUES ('\x4a3cdfae6f291c8f544daea5b72905cf9e74c1ed427d831ad0d7ca00c73c794d', '\x7369676e6564');
INSERT INTO docgen.blobs VALUES ('\xcd6f6beb919ac128004da1067feb1007006d0c5c441bd9c9061e026df819f348', '\x616e206f72646572');
INSERT INTO docgen.blobs VALUES ('\xce8cde090efdec2a82804f4c0769f0f63eba41e4ed2ea4198d5d976fe2b72c84', '\x6368616e67652d6f72646572203120706466');
INSERT INTO docgen.blobs VALUES ('\x630ea565e2f41eab733e73ee722124364d90ac694bf54a57cf0567d308af7b7f', '\x6368616e67652d6f726465722031207365616c6564');
INSERT INTO docgen.blobs VALUES ('\x066b3694ab92e5e676f028ebfb050db3ca77f7418035c9b8a4c126a255d3b131', '\x6368616e67652d6f72646572203120646f6378');
INSERT INTO docgen.blobs VALUES ('\x6eabac357bef2e2ed1b76c3543fd500c4054c2b3f36eaa55308f73b2e8bfc990', '\x70726f67726573732d7265706f7274203120706466');
INSERT INTO docgen.blobs VALUES ('\x698458240f5a34948c3313957ba7206a90224a31dee2da6925f961db72fba053', '\x70726f67726573732d7265706f72742031207365616c6564');
INSERT INTO docgen.blobs VALUES ('\x31c9ca4f6ff43652f1c211055946c56d9b91c89376974033c560e7c17d72046c', '\x70726f67726573732d7265706f7274203120646f6378');
INSERT INTO docgen.blobs VALUES ('\x049795d85f983a697e4aa3ea403e3a4eee78acaddfa010e4d315fa925e326102', '\x656e676167656d656e742d6c6574746572203120706466');
INSERT INTO docgen.blobs VALUES ('\x755b9d0548ad5c906eaec3d294fdfbfa2cc1393195f4d8570fedb11fd49eac96', '\x656e676167656d656e742d6c65747465722031207365616c6564');
INSERT INTO docgen.blobs VALUES ('\x0fea3444d52b45601f5398e0dba79fa09ce49567edd1fa8520249916440253a2', '\x656e676167656d656e742d6c6574746572203120646f6378');
INSERT INTO docgen.blobs VALUES ('\x59b6aa8fbdfa3e9fa63c3aedea5830592eff9e83309fa80b17d5b39e02b7a20c', '\x6e6f7274686272696467652e6578616d706c652f6c6f670a370a414141414141414141414141414141414141414141414141414141414141414141414141414141414141413d0a0ae28094206e6f7274686272696467652e6578616d706c652f6c6f67206f32536a6a2b73743450636e5a334c6342754a7452764d534f454d6778534f6a30566a4936623577783169644347657672392b4d734f694f55363145625847795877554c365773467347496c31733058305469504e3238314741633d0a');
INSERT INTO docgen.blobs VALUES ('\x3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0', '\x746f6b656e');
INSERT INTO docgen.blobs VALUES ('\xadb35344b70442f7651aeb3edd3f676ead256f1b89808cde31069bcc0d4a388c', NULL);

INSERT INTO docgen.checkpoints VALUES (15, 15);

INSERT INTO docgen.documents VALUES ('NBS-2026-014', 'contract', 0, 1, '2026-11-20', 1, 'contract', 'en', '1.2', 'cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '2026-11-20T16:00:03+01:00', 5, 2, NULL, NULL, NULL, NULL);
INSERT INTO docgen.documents VALUES ('NBS-2026-014', 'contract', 0, 2, '2026-11-20', 2, 'contract', 'en', '1.2', 'cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '2026-11-20T16:00:03+01:00', 7, NULL, NULL, '2026-11-20', '4a3cdfae6f291c8f544daea5b72905cf9e74c1ed427d831ad0d7ca00c73c794d', NULL);
INSERT INTO docgen.documents VALUES ('NBS-2026-014', 'change-order', 1, 1, '2026-11-20', 2, 'contract', 'en', '1.2', 'cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '2026-11-20T16:00:03+01:00', 11, NULL, 12, NULL, NULL, NULL);
INSERT INTO docgen.documents VALUES ('NBS-2026-014', 'progress-report', 1, 1, '2026-11-20', 2, 'contract', 'en', '1.2', 'cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '2026-11-20T16:00:03+01:00', 13, NULL, NULL, NULL, NULL, NULL);
INSERT INTO docgen.documents VALUES ('NBS-2026-014', 'engagement-letter', 0, 1, '2026-11-20', 2, 'contract', 'en', '1.2', 'cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '2026-11-20T16:00:03+01:00', 14, NULL, NULL, NULL, NULL, 'signature');

INSERT INTO docgen.events VALUES (0, '{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","event":"workspace_created","idempotency_key":"life/0","origin":"northbridge.example/log","schema":1,"time_zone":"Europe/London","verifying_key":"northbridge.example/log+a364a38f+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"}');
INSERT INTO docgen.events VALUES (1, '{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","event":"person_named","idempotency_key":"life/1","person":"7a1daad6c04ed414170f0d25c93b7864afba2a9eaef8d1e492ebae92216d6f4e","roles":["legal","account_manager"],"schema":1}');
INSERT INTO docgen.events VALUES (2, '{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","event":"person_named","idempotency_key":"life/2","person":"a650a228fb926f0c02d63199b1e7aa523ba7d6be9c2fb6a45b1f99e4732bd8f9","roles":[],"schema":1}');
INSERT INTO docgen.events VALUES (3, '{"actor":"7a1daad6c04ed414170f0d25c93b7864afba2a9eaef8d1e492ebae92216d6f4e","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","event":"template_approved","idempotency_key":"life/3","schema":1,"template":{"hash":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc","language":"en","name":"contract","version":"1.2"}}');
INSERT INTO docgen.events VALUES (4, '{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","engagement":"NBS-2026-014","event":"engagement_recorded","facts":"0694aacb66d62e742a92e8d5f1e82bd9d2a8ca1be88744201fbe63d0f5007502","idempotency_key":"life/4","revision":1,"schema":1}');
INSERT INTO docgen.events VALUES (5, '{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","document":{"engagement":"NBS-2026-014","kind":"contract","number":null,"version":1},"event":"document_issued","idempotency_key":"life/5","inputs":[{"blob":"0694aacb66d62e742a92e8d5f1e82bd9d2a8ca1be88744201fbe63d0f5007502","name":"engagement"}],"on":"2026-11-20","outputs":[{"blob":"800f4772d4d579b92d4aa53b273ad611b0e9b492c1b86f8c93197eda057445db","format":"pdf","sealed":"475dcdbba07d87c9c8ea1395719ff2faec6160211abb52e894fd81f7fe82a5ae"},{"blob":"a4a7030c228e6899aa0ce96c93a19eedddfd177f37d2a62d171b66169dd66657","format":"docx","sealed":null}],"revision":1,"schema":1,"template":{"hash":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc","language":"en","name":"contract","version":"1.2"},"tools":[{"name":"weasyprint","version":"70.0"}]}');
INSERT INTO docgen.events VALUES (6, '{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","engagement":"NBS-2026-014","event":"engagement_recorded","facts":"f8792358b5780df637faaacf0895372bad6fa3b191caece453bce097f32b375d","idempotency_key":"life/6","revision":2,"schema":1}');
INSERT INTO docgen.events VALUES (7, '{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","document":{"engagement":"NBS-2026-014","kind":"contract","number":null,"version":2},"event":"document_issued","idempotency_key":"life/7","inputs":[{"blob":"0694aacb66d62e742a92e8d5f1e82bd9d2a8ca1be88744201fbe63d0f5007502","name":"engagement"}],"on":"2026-11-20","outputs":[{"blob":"c94040645995827a0b43009962f9f73cf231bb48f4d7122e4ef358d38a79619e","format":"pdf","sealed":"c9efc008e1cc9fd5bffa03cd993c72bb72c29a2a5e5248b4f45f535fe2269614"},{"blob":"66df117acd74646bff0c24363d2a4a7d08bd1e3af21109a40f70c5bea5b56f14","format":"docx","sealed":null}],"revision":2,"schema":1,"template":{"hash":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc","language":"en","name":"contract","version":"1.2"},"tools":[{"name":"weasyprint","version":"70.0"}]}');
INSERT INTO docgen.events VALUES (8, '{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","by_version":2,"docgen":"0.1.0","document":{"engagement":"NBS-2026-014","kind":"contract","number":null,"version":1},"event":"document_superseded","idempotency_key":"life/8","schema":1}');
INSERT INTO docgen.events VALUES (9, '{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","document":{"engagement":"NBS-2026-014","kind":"contract","number":null,"version":2},"event":"document_executed","idempotency_key":"life/9","on":"2026-11-20","schema":1,"signed":"4a3cdfae6f291c8f544daea5b72905cf9e74c1ed427d831ad0d7ca00c73c794d"}');
INSERT INTO docgen.events VALUES (10, '{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","engagement":"NBS-2026-014","entry":"change_order","event":"entry_recorded","facts":"cd6f6beb919ac128004da1067feb1007006d0c5c441bd9c9061e026df819f348","idempotency_key":"life/10","number":1,"revision":1,"schema":1}');
INSERT INTO docgen.events VALUES (11, '{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","document":{"engagement":"NBS-2026-014","kind":"change-order","number":1,"version":1},"event":"document_issued","idempotency_key":"life/11","inputs":[{"blob":"0694aacb66d62e742a92e8d5f1e82bd9d2a8ca1be88744201fbe63d0f5007502","name":"engagement"}],"on":"2026-11-20","outputs":[{"blob":"ce8cde090efdec2a82804f4c0769f0f63eba41e4ed2ea4198d5d976fe2b72c84","format":"pdf","sealed":"630ea565e2f41eab733e73ee722124364d90ac694bf54a57cf0567d308af7b7f"},{"blob":"066b3694ab92e5e676f028ebfb050db3ca77f7418035c9b8a4c126a255d3b131","format":"docx","sealed":null}],"revision":2,"schema":1,"template":{"hash":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc","language":"en","name":"contract","version":"1.2"},"tools":[{"name":"weasyprint","version":"70.0"}]}');
INSERT INTO docgen.events VALUES (12, '{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","document":{"engagement":"NBS-2026-014","kind":"change-order","number":1,"version":1},"event":"document_withdrawn","idempotency_key":"life/12","reason":"adb35344b70442f7651aeb3edd3f676ead256f1b89808cde31069bcc0d4a388c","schema":1}');
INSERT INTO docgen.events VALUES (13, '{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","document":{"engagement":"NBS-2026-014","kind":"progress-report","number":1,"version":1},"event":"document_issued","idempotency_key":"life/13","inputs":[{"blob":"0694aacb66d62e742a92e8d5f1e82bd9d2a8ca1be88744201fbe63d0f5007502","name":"engagement"}],"on":"2026-11-20","outputs":[{"blob":"6eabac357bef2e2ed1b76c3543fd500c4054c2b3f36eaa55308f73b2e8bfc990","format":"pdf","sealed":"698458240f5a34948c3313957ba7206a90224a31dee2da6925f961db72fba053"},{"blob":"31c9ca4f6ff43652f1c211055946c56d9b91c89376974033c560e7c17d72046c","format":"docx","sealed":null}],"revision":2,"schema":1,"template":{"hash":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc","language":"en","name":"contract","version":"1.2"},"tools":[{"name":"weasyprint","version":"70.0"}]}');
INSERT INTO docgen.events VALUES (14, '{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","document":{"engagement":"NBS-2026-014","kind":"engagement-letter","number":null,"version":1},"event":"document_issued","idempotency_key":"life/14","inputs":[{"blob":"0694aacb66d62e742a92e8d5f1e82bd9d2a8ca1be88744201fbe63d0f5007502","name":"engagement"}],"on":"2026-11-20","outputs":[{"blob":"049795d85f983a697e4aa3ea403e3a4eee78acaddfa010e4d315fa925e326102","format":"pdf","sealed":"755b9d0548ad5c906eaec3d294fdfbfa2cc1393195f4d8570fedb11fd49eac96"},{"blob":"0fea3444d52b45601f5398e0dba79fa09ce49567edd1fa8520249916440253a2","format":"docx","sealed":null}],"revision":2,"schema":1,"template":{"hash":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc","language":"en","name":"contract","version":"1.2"},"tools":[{"name":"weasyprint","version":"70.0"}]}');
INSERT INTO docgen.events VALUES (15, '{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","event":"checkpoint_signed","idempotency_key":"checkpoint/15/a364a38f","note":"northbridge.example/log\n15\nJwhKjqLNOEHIKs9NpSvRDz9LTAc3mRtnyeqzxrkOhGk=\n\n— northbridge.example/log o2Sjj75CT9/1p8B/t7eObYfNlyOqgCdpkgDycF27U7qb25ys3O0cl3XkxqB0pzGdyIjcLQSxEBdF2OfbHduW+CyPIws=\n","root":"27084a8ea2cd3841c82acf4da52bd10f3f4b4c0737991b67c9eab3c6b90e8469","schema":1,"size":15}');
INSERT INTO docgen.events VALUES (16, '{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","event":"checkpoint_timestamped","idempotency_key":"life/16","note":"59b6aa8fbdfa3e9fa63c3aedea5830592eff9e83309fa80b17d5b39e02b7a20c","schema":1,"size":7,"token":"3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0"}');
INSERT INTO docgen.events VALUES (17, '{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","event":"key_changed","idempotency_key":"life/17","schema":1,"verifying_key":"northbridge.example/log+c1aeb492+AXm1Vi6P5lT5QHixEuipi6eQH4U65pW+1+DjkQutBJZk"}');
INSERT INTO docgen.events VALUES (18, '{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","blob":"adb35344b70442f7651aeb3edd3f676ead256f1b89808cde31069bcc0d4a388c","docgen":"0.1.0","event":"blob_erased","ground":"request","idempotency_key":"life/18","schema":1}');
INSERT INTO docgen.events VALUES (19, '{"actor":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-20T16:00:03+01:00","docgen":"0.1.0","event":"person_forgotten","idempotency_key":"life/19","person":"a650a228fb926f0c02d63199b1e7aa523ba7d6be9c2fb6a45b1f99e4732bd8f9","schema":1}');

INSERT INTO docgen.facts VALUES ('NBS-2026-014', '', 0, 1, '0694aacb66d62e742a92e8d5f1e82bd9d2a8ca1be88744201fbe63d0f5007502', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '2026-11-20T16:00:03+01:00', 4);
INSERT INTO docgen.facts VALUES ('NBS-2026-014', '', 0, 2, 'f8792358b5780df637faaacf0895372bad6fa3b191caece453bce097f32b375d', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '2026-11-20T16:00:03+01:00', 6);
INSERT INTO docgen.facts VALUES ('NBS-2026-014', 'change_order', 1, 1, 'cd6f6beb919ac128004da1067feb1007006d0c5c441bd9c9061e026df819f348', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '2026-11-20T16:00:03+01:00', 10);

INSERT INTO docgen.files VALUES ('800f4772d4d579b92d4aa53b273ad611b0e9b492c1b86f8c93197eda057445db', 'NBS-2026-014', 'contract', 0, 1, 'pdf');
INSERT INTO docgen.files VALUES ('475dcdbba07d87c9c8ea1395719ff2faec6160211abb52e894fd81f7fe82a5ae', 'NBS-2026-014', 'contract', 0, 1, 'sealed');
INSERT INTO docgen.files VALUES ('a4a7030c228e6899aa0ce96c93a19eedddfd177f37d2a62d171b66169dd66657', 'NBS-2026-014', 'contract', 0, 1, 'docx');
INSERT INTO docgen.files VALUES ('c94040645995827a0b43009962f9f73cf231bb48f4d7122e4ef358d38a79619e', 'NBS-2026-014', 'contract', 0, 2, 'pdf');
INSERT INTO docgen.files VALUES ('c9efc008e1cc9fd5bffa03cd993c72bb72c29a2a5e5248b4f45f535fe2269614', 'NBS-2026-014', 'contract', 0, 2, 'sealed');
INSERT INTO docgen.files VALUES ('66df117acd74646bff0c24363d2a4a7d08bd1e3af21109a40f70c5bea5b56f14', 'NBS-2026-014', 'contract', 0, 2, 'docx');
INSERT INTO docgen.files VALUES ('4a3cdfae6f291c8f544daea5b72905cf9e74c1ed427d831ad0d7ca00c73c794d', 'NBS-2026-014', 'contract', 0, 2, 'signed');
INSERT INTO docgen.files VALUES ('ce8cde090efdec2a82804f4c0769f0f63eba41e4ed2ea4198d5d976fe2b72c84', 'NBS-2026-014', 'change-order', 1, 1, 'pdf');
INSERT INTO docgen.files VALUES ('630ea565e2f41eab733e73ee722124364d90ac694bf54a57cf0567d308af7b7f', 'NBS-2026-014', 'change-order', 1, 1, 'sealed');
INSERT INTO docgen.files VALUES ('066b3694ab92e5e676f028ebfb050db3ca77f7418035c9b8a4c126a255d3b131', 'NBS-2026-014', 'change-order', 1, 1, 'docx');
INSERT INTO docgen.files VALUES ('6eabac357bef2e2ed1b76c3543fd500c4054c2b3f36eaa55308f73b2e8bfc990', 'NBS-2026-014', 'progress-report', 1, 1, 'pdf');
INSERT INTO docgen.files VALUES ('698458240f5a34948c3313957ba7206a90224a31dee2da6925f961db72fba053', 'NBS-2026-014', 'progress-report', 1, 1, 'sealed');
INSERT INTO docgen.files VALUES ('31c9ca4f6ff43652f1c211055946c56d9b91c89376974033c560e7c17d72046c', 'NBS-2026-014', 'progress-report', 1, 1, 'docx');
INSERT INTO docgen.files VALUES ('049795d85f983a697e4aa3ea403e3a4eee78acaddfa010e4d315fa925e326102', 'NBS-2026-014', 'engagement-letter', 0, 1, 'pdf');
INSERT INTO docgen.files VALUES ('755b9d0548ad5c906eaec3d294fdfbfa2cc1393195f4d8570fedb11fd49eac96', 'NBS-2026-014', 'engagement-letter', 0, 1, 'sealed');
INSERT INTO docgen.files VALUES ('0fea3444d52b45601f5398e0dba79fa09ce49567edd1fa8520249916440253a2', 'NBS-2026-014', 'engagement-letter', 0, 1, 'docx');

INSERT INTO docgen.layout VALUES (1);

INSERT INTO docgen.mentions VALUES ('NBS-2026-014', 4);
INSERT INTO docgen.mentions VALUES ('NBS-2026-014', 5);
INSERT INTO docgen.mentions VALUES ('NBS-2026-014', 6);
INSERT INTO docgen.mentions VALUES ('NBS-2026-014', 7);
INSERT INTO docgen.mentions VALUES ('NBS-2026-014', 8);
INSERT INTO docgen.mentions VALUES ('NBS-2026-014', 9);
INSERT INTO docgen.mentions VALUES ('NBS-2026-014', 10);
INSERT INTO docgen.mentions VALUES ('NBS-2026-014', 11);
INSERT INTO docgen.mentions VALUES ('NBS-2026-014', 12);
INSERT INTO docgen.mentions VALUES ('NBS-2026-014', 13);
INSERT INTO docgen.mentions VALUES ('NBS-2026-014', 14);

INSERT INTO docgen.nodes VALUES (0, 0, '\x5b2b5fec75fa644462c98f50c47cc3f710c3187f639f2e85d3e3a8d7e8ffa98e');
INSERT INTO docgen.nodes VALUES (0, 1, '\x57d39ddf64833cbffab97ce77074ab306135f6c2c5c4410e2d17e58d774e5a7e');
INSERT INTO docgen.nodes VALUES (1, 0, '\x7497681de47c083eefb18d7f47ada2fabb2f95661b35672cd80fe3f5ced940bc');
INSERT INTO docgen.nodes VALUES (0, 2, '\x3ebf9a2b67ae3f8552fb32a42dfab3d00b23ff37f0d74d604cf3fdaafce5af68');
INSERT INTO docgen.nodes VALUES (0, 3, '\x0d8e78e842b9bce381f21b0decf93bc0865924f7f8bf52838582a91bfa504340');
INSERT INTO docgen.nodes VALUES (1, 1, '\x68649f37a9c4561565f81bd7dd21ba33571748648e066bb81ddc28676dc66cfe');
INSERT INTO docgen.nodes VALUES (2, 0, '\xb5e43d9b6ceeb03fd6c972c9d256fe3966abee76c7b3addf539a47b0a9a50747');
INSERT INTO docgen.nodes VALUES (0, 4, '\x41fdc84c8cd05eaccc65948f0e6edc23a9117d313c69ea70775a125df7c82b9c');
INSERT INTO docgen.nodes VALUES (0, 5, '\x7272c12b30800f9c91d21d5ac88103e3b168a114ca5aa65a260c86820eab3110');
INSERT INTO docgen.nodes VALUES (1, 2, '\x903ffd7d163db508b347435d3b195d3f3d0b79a7ad5a3c3f71e28e85dd2f343a');
INSERT INTO docgen.nodes VALUES (0, 6, '\xd96245ce199238a0ccd79bc4a80e7417a93acd2e8c3fdf60f645de718194d118');
INSERT INTO docgen.nodes VALUES (0, 7, '\x82b958adb4a50ffb2d6b8d3e1e04667be0344ebe752944fd1f140280fbcf2889');
INSERT INTO docgen.nodes VALUES (1, 3, '\x30f6fe36eee9d73fc50b5c3b84bbf153348f2459c21c0e1d46c9972248a4235f');
INSERT INTO docgen.nodes VALUES (2, 1, '\x886dbbd4003a5fe217f5a82fb0ebccaf921bfafd1be90c3cb9f0224160310dae');
INSERT INTO docgen.nodes VALUES (3, 0, '\x129746f60702760507d3818c9f783decf99c8ea34e746684f36f76cf0caac7ee');
INSERT INTO docgen.nodes VALUES (0, 8, '\x3e3171b62f688049ed784ff1a4fb246a32937f71cac0539bb70330972091ccc8');
INSERT INTO docgen.nodes VALUES (0, 9, '\x8e65ee5c848fbfd7be58889139f18fc00dbe357c6095e5d4c82907066756a5be');
INSERT INTO docgen.nodes VALUES (1, 4, '\x58d4defbe89197eff1398e5918f663e67aa892de3472e022a46ee163b341a8e7');
INSERT INTO docgen.nodes VALUES (0, 10, '\x6b0291c694267b9a697d9376e2362af33dceedcaa4821332dbc82f9840cd46ca');
INSERT INTO docgen.nodes VALUES (0, 11, '\xf7693c08aed3d0473eb435152d105236caa589f36e4329aa6fa40b63b0525a65');
INSERT INTO docgen.nodes VALUES (1, 5, '\x3c68b07fec14da60c94a55b43d0448c28ecc321a9b6b606e7f1ae9d2c92e9dc7');
INSERT INTO docgen.nodes VALUES (2, 2, '\xc7e8d03baeaf3379839e1ec1646ab83663c974976ad1556c9cefb201c0355a16');
INSERT INTO docgen.nodes VALUES (0, 12, '\x226d59bfdc40bf520be9055e4c11083bf3d5d287c2866781c103c06b34c2040b');
INSERT INTO docgen.nodes VALUES (0, 13, '\x2f6e1fab5a978d3d1f0bed95c8ca9a39b829f1325f9e8c6e74cb15be71bf4457');
INSERT INTO docgen.nodes VALUES (1, 6, '\x27a33646aa01d0c5763639162377d5f0bbf7cdb94978447319dfedc6de3388a2');
INSERT INTO docgen.nodes VALUES (0, 14, '\xb3620e6586da492f505c3cd847592a7c601dd2cb20c76bebfa13877bfe3c56f0');
INSERT INTO docgen.nodes VALUES (0, 15, '\xdf74d404f5778485698265244d17219feac69edbfb54b16087fd7cd7705d338a');
INSERT INTO docgen.nodes VALUES (1, 7, '\x3f9fc11d6abd52113b673e83542ac0922a925b943ed9fae9d54c730d51201522');
INSERT INTO docgen.nodes VALUES (2, 3, '\x8c0099f3a9d648903a1a6962b681433adc238c5feb2a3d2cb80a4819b92d7013');
INSERT INTO docgen.nodes VALUES (3, 1, '\xd62acc3c4cbcaf747836612974de1b5297e626bf6bb914a608018d14fcfa0b2d');
INSERT INTO docgen.nodes VALUES (4, 0, '\x94a789a0db8e87de804be0a23a2c060d30204dc56703ed571446e35807554b5d');
INSERT INTO docgen.nodes VALUES (0, 16, '\x6ed57c7f36bdfe11a36d4da78e7f451f67e944fc577f9ffa7bb7d9414f05aa24');
INSERT INTO docgen.nodes VALUES (0, 17, '\xec84db3d74aefe453909497ac2d94a4bede8f8fca8d9ca15db7bc8a83fdfa327');
INSERT INTO docgen.nodes VALUES (1, 8, '\x504920e471dfe44117250d08735599e2879c7bd87954bb1ac631964a49f76deb');
INSERT INTO docgen.nodes VALUES (0, 18, '\x51e5a5771ae7e292c2ee06ef4ad177b1990602bd400c102829a47b7f1cee67db');
INSERT INTO docgen.nodes VALUES (0, 19, '\x23c4fa0b509ea76d5a7d6707c15110831a47e5f9ad48a5b652c4f309d1d31f10');
INSERT INTO docgen.nodes VALUES (1, 9, '\x718959b37c9ce549ccda58518283f64ce59b24f422d58a025fc60354410cfe9b');
INSERT INTO docgen.nodes VALUES (2, 4, '\xe5d8825e2441bb7b372d8e43a92671396729fd625f535e3efe209ba75e3f5363');

INSERT INTO docgen.people VALUES ('7a1daad6c04ed414170f0d25c93b7864afba2a9eaef8d1e492ebae92216d6f4e', 'ann@northbridge.example', '\xc3fe4dc1f43b96244d4d2673c68367f943a2a04d03370b2dac5cc8edf48f3e27');

INSERT INTO docgen.roles VALUES ('7a1daad6c04ed414170f0d25c93b7864afba2a9eaef8d1e492ebae92216d6f4e', 'legal,account_manager', 1);
INSERT INTO docgen.roles VALUES ('a650a228fb926f0c02d63199b1e7aa523ba7d6be9c2fb6a45b1f99e4732bd8f9', '', 2);

ALTER TABLE ONLY docgen.approvals
    ADD CONSTRAINT approvals_pkey PRIMARY KEY (name, language, hash);

ALTER TABLE ONLY docgen.blobs
    ADD CONSTRAINT blobs_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY docgen.checkpoints
    ADD CONSTRAINT checkpoints_pkey PRIMARY KEY (size, sequence);

ALTER TABLE ONLY docgen.documents
    ADD CONSTRAINT documents_pkey PRIMARY KEY (engagement, kind, number, version);

ALTER TABLE ONLY docgen.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (sequence);

ALTER TABLE ONLY docgen.facts
    ADD CONSTRAINT facts_pkey PRIMARY KEY (engagement, entry, number, revision);

ALTER TABLE ONLY docgen.files
    ADD CONSTRAINT files_pkey PRIMARY KEY (blob, engagement, kind, number, version, part);

ALTER TABLE ONLY docgen.mentions
    ADD CONSTRAINT mentions_pkey PRIMARY KEY (engagement, sequence);

ALTER TABLE ONLY docgen.nodes
    ADD CONSTRAINT nodes_pkey PRIMARY KEY (level, "position");

ALTER TABLE ONLY docgen.people
    ADD CONSTRAINT people_email_key UNIQUE (email);

ALTER TABLE ONLY docgen.people
    ADD CONSTRAINT people_pkey PRIMARY KEY (mark);

ALTER TABLE ONLY docgen.roles
    ADD CONSTRAINT roles_pkey PRIMARY KEY (person);

CREATE INDEX documents_by_awaits_sequence ON docgen.documents USING btree (awaits, sequence);

CREATE INDEX documents_by_sequence ON docgen.documents USING btree (sequence);

CREATE UNIQUE INDEX events_by_key ON docgen.events USING btree ((((body)::json ->> 'idempotency_key'::text)));

CREATE INDEX events_by_kind ON docgen.events USING btree ((((body)::json ->> 'event'::text)), sequence);

CREATE TRIGGER blobs_kept BEFORE DELETE OR UPDATE ON docgen.blobs FOR EACH ROW EXECUTE FUNCTION docgen.keep_or_erase();

CREATE TRIGGER blobs_whole BEFORE TRUNCATE ON docgen.blobs FOR EACH STATEMENT EXECUTE FUNCTION docgen.refuse('blobs are never emptied');

CREATE TRIGGER events_in_order BEFORE INSERT ON docgen.events FOR EACH ROW EXECUTE FUNCTION docgen.take_in_order();

CREATE TRIGGER events_kept BEFORE DELETE OR UPDATE ON docgen.events FOR EACH ROW EXECUTE FUNCTION docgen.refuse('the log is never changed or deleted');

CREATE TRIGGER events_whole BEFORE TRUNCATE ON docgen.events FOR EACH STATEMENT EXECUTE FUNCTION docgen.refuse('the log is never emptied');

CREATE TRIGGER nodes_kept BEFORE DELETE OR UPDATE ON docgen.nodes FOR EACH ROW EXECUTE FUNCTION docgen.refuse('a hash of the log is never changed or deleted');

CREATE TRIGGER nodes_whole BEFORE TRUNCATE ON docgen.nodes FOR EACH STATEMENT EXECUTE FUNCTION docgen.refuse('a hash of the log is never emptied');

GRANT USAGE ON SCHEMA docgen TO docgen_app;

REVOKE ALL ON FUNCTION docgen.amend_documents(text[], text, text, bigint, bigint, bigint, bigint, text, text, text) FROM PUBLIC;
GRANT ALL ON FUNCTION docgen.amend_documents(text[], text, text, bigint, bigint, bigint, bigint, text, text, text) TO docgen_app;

REVOKE ALL ON FUNCTION docgen.append(bigint, text, bytea[]) FROM PUBLIC;
GRANT ALL ON FUNCTION docgen.append(bigint, text, bytea[]) TO docgen_app;

REVOKE ALL ON FUNCTION docgen.clear_tables() FROM PUBLIC;
GRANT ALL ON FUNCTION docgen.clear_tables() TO docgen_app;

REVOKE ALL ON FUNCTION docgen.drop_person(text) FROM PUBLIC;
GRANT ALL ON FUNCTION docgen.drop_person(text) TO docgen_app;

REVOKE ALL ON FUNCTION docgen.erase_blob(bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION docgen.erase_blob(bytea) TO docgen_app;

REVOKE ALL ON FUNCTION docgen.keep_or_erase() FROM PUBLIC;

REVOKE ALL ON FUNCTION docgen.keep_person(text, text, bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION docgen.keep_person(text, text, bytea) TO docgen_app;

REVOKE ALL ON FUNCTION docgen.put_approvals(text, text, text, text, text, text, bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION docgen.put_approvals(text, text, text, text, text, text, bigint) TO docgen_app;

REVOKE ALL ON FUNCTION docgen.put_blob(bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION docgen.put_blob(bytea) TO docgen_app;

REVOKE ALL ON FUNCTION docgen.put_checkpoints(bigint, bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION docgen.put_checkpoints(bigint, bigint) TO docgen_app;

REVOKE ALL ON FUNCTION docgen.put_documents(text, text, bigint, bigint, text, bigint, text, text, text, text, text, text, bigint, bigint, bigint, text, text, text) FROM PUBLIC;
GRANT ALL ON FUNCTION docgen.put_documents(text, text, bigint, bigint, text, bigint, text, text, text, text, text, text, bigint, bigint, bigint, text, text, text) TO docgen_app;

REVOKE ALL ON FUNCTION docgen.put_facts(text, text, bigint, bigint, text, text, text, bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION docgen.put_facts(text, text, bigint, bigint, text, text, text, bigint) TO docgen_app;

REVOKE ALL ON FUNCTION docgen.put_files(text, text, text, bigint, bigint, text) FROM PUBLIC;
GRANT ALL ON FUNCTION docgen.put_files(text, text, text, bigint, bigint, text) TO docgen_app;

REVOKE ALL ON FUNCTION docgen.put_mentions(text, bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION docgen.put_mentions(text, bigint) TO docgen_app;

REVOKE ALL ON FUNCTION docgen.put_roles(text, text, bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION docgen.put_roles(text, text, bigint) TO docgen_app;

REVOKE ALL ON FUNCTION docgen.refuse() FROM PUBLIC;

REVOKE ALL ON FUNCTION docgen.take_in_order() FROM PUBLIC;

GRANT SELECT ON TABLE docgen.approvals TO docgen_app;

GRANT SELECT ON TABLE docgen.blobs TO docgen_app;

GRANT SELECT ON TABLE docgen.checkpoints TO docgen_app;

GRANT SELECT ON TABLE docgen.documents TO docgen_app;

GRANT SELECT ON TABLE docgen.events TO docgen_app;

GRANT SELECT ON TABLE docgen.facts TO docgen_app;

GRANT SELECT ON TABLE docgen.files TO docgen_app;

GRANT SELECT ON TABLE docgen.layout TO docgen_app;

GRANT SELECT ON TABLE docgen.mentions TO docgen_app;

GRANT SELECT ON TABLE docgen.nodes TO docgen_app;

GRANT SELECT ON TABLE docgen.people TO docgen_app;

GRANT SELECT ON TABLE docgen.roles TO docgen_app;
