"""What a record is made of in PostgreSQL: tables, guards, and functions by which a role without rights on them writes.

All of it is in a schema of its own. Constraints, indexes and triggers are written here as PostgreSQL itself spells
them, so that what is there can be held against what should be there word by word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from docgen.store.projections import REVIEWS, TABLES, Put, Table, statement

SCHEMA = "docgen"
LAYOUT = 3
Parts = Mapping[tuple[str, str], str]
"""The text of each part of a schema by its name and the table it is of."""


@dataclass(frozen=True)
class _Relation:
    """A table: its columns, and its constraints, indexes and triggers by their names."""

    name: str
    columns: tuple[str, ...]
    constraints: Mapping[str, str]
    indexes: Mapping[str, str] = field(default_factory=dict)
    triggers: Mapping[str, str] = field(default_factory=dict)

    def statements(self) -> Iterator[str]:
        lines = [*self.columns, *(f"CONSTRAINT {name} {text}" for name, text in self.constraints.items())]
        listed = ",\n  ".join(lines)
        yield f"CREATE TABLE docgen.{self.name} (\n  {listed}\n)"
        yield from self.indexes.values()
        yield from self.triggers.values()

    def parts(self) -> Iterator[tuple[str, str]]:
        yield self.name, ", ".join(self.columns)
        for parts in (self.constraints, self.indexes, self.triggers):
            yield from parts.items()


@dataclass(frozen=True)
class _Function:
    """A function: its name, the types of its arguments, what it answers, its language and its words."""

    name: str
    arguments: str
    answer: str
    language: str
    body: str
    for_writers: bool = True

    @property
    def signature(self) -> str:
        return f"{self.name}({self.arguments})"

    def statement(self) -> str:
        # With a search path of its own, nobody slips in a table or an operator for the owner's hand to use.
        rights = "SECURITY DEFINER" if self.for_writers else "SECURITY INVOKER"
        return (
            f"CREATE OR REPLACE FUNCTION docgen.{self.signature} RETURNS {self.answer} LANGUAGE {self.language}\n"
            f"{rights} SET search_path TO pg_catalog, docgen, pg_temp AS $body${self.body}$body$"
        )

    def text(self) -> str:
        rights = "definer" if self.for_writers else "invoker"
        return f"{self.answer} {self.language} {rights} v search_path=pg_catalog, docgen, pg_temp {self.body}"


def _trigger(name: str, event: str, table: str, call: str, *, each: str = "ROW") -> tuple[str, str]:
    call = f"FOR EACH {each} EXECUTE FUNCTION docgen.{call}"
    return name, f"CREATE TRIGGER {name} BEFORE {event} ON docgen.{table} {call}"


def _never(table: str, what: str) -> Iterator[tuple[str, str]]:
    yield _trigger(f"{table}_kept", "DELETE OR UPDATE", table, f"refuse('{what} is never changed or deleted')")
    yield _trigger(f"{table}_whole", "TRUNCATE", table, f"refuse('{what} is never emptied')", each="STATEMENT")


def _event_naming(kind: str, name: str) -> tuple[str, str]:
    """Return the index of the events of one kind by what they name, so that whoever asks need not read the log."""
    index = f"events_by_{kind}"
    return index, (
        f"CREATE INDEX {index} ON docgen.events USING btree ((((body)::json ->> '{name}'::text))) "
        f"WHERE (((body)::json ->> 'event'::text) = '{kind}'::text)"
    )


def _once_the_log_says(kind: str, name: str, value: str, done: str) -> str:
    """Return the words of a function that does something once the log holds an event of a kind naming a value.

    Only the log can allow it: every other table may be written by whoever calls the function.
    """
    return f"""
BEGIN
  IF NOT EXISTS (
    SELECT FROM docgen.events WHERE body::json ->> 'event' = '{kind}' AND body::json ->> '{name}' = {value}
  ) THEN
    RAISE EXCEPTION 'the log has no {kind} of %', {value} USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  {done};
END"""


_TEXT = 'text COLLATE "C"'
_ERASURES = dict([_event_naming("blob_erased", "blob"), _event_naming("person_forgotten", "person")])

_LOG = (
    _Relation(
        "events",
        ("sequence bigint NOT NULL", f"body {_TEXT} NOT NULL"),
        {"events_pkey": "PRIMARY KEY (sequence)", "events_sequence_check": "CHECK ((sequence >= 0))"},
        {
            "events_by_key": "CREATE UNIQUE INDEX events_by_key ON docgen.events USING btree "
            "((((body)::json ->> 'idempotency_key'::text)))",
            "events_by_kind": "CREATE INDEX events_by_kind ON docgen.events USING btree "
            "((((body)::json ->> 'event'::text)), sequence)",
            **_ERASURES,
        },
        dict([_trigger("events_in_order", "INSERT", "events", "take_in_order()"), *_never("events", "the log")]),
    ),
    _Relation(
        "nodes",
        ("level bigint NOT NULL", "position bigint NOT NULL", "hash bytea NOT NULL"),
        {
            "nodes_pkey": 'PRIMARY KEY (level, "position")',
            "nodes_level_check": "CHECK ((level >= 0))",
            "nodes_position_check": 'CHECK (("position" >= 0))',
            "nodes_hash_check": "CHECK ((length(hash) = 32))",
        },
        triggers=dict(_never("nodes", "a hash of the log")),
    ),
    _Relation(
        "people",
        (f"mark {_TEXT} NOT NULL", f"email {_TEXT} NOT NULL", "salt bytea NOT NULL"),
        {
            "people_pkey": "PRIMARY KEY (mark)",
            "people_email_key": "UNIQUE (email)",
            "people_salt_check": "CHECK ((length(salt) = 32))",
        },
    ),
    _Relation(
        "blobs",
        ("hash bytea NOT NULL", "content bytea"),
        {"blobs_pkey": "PRIMARY KEY (hash)", "blobs_hash_check": "CHECK ((length(hash) = 32))"},
        triggers=dict(
            [
                _trigger("blobs_kept", "DELETE OR UPDATE", "blobs", "keep_or_erase()"),
                _trigger("blobs_whole", "TRUNCATE", "blobs", "refuse('blobs are never emptied')", each="STATEMENT"),
            ]
        ),
    ),
    _Relation("layout", ("version integer NOT NULL",), {}),
)
"""The log, its people and its blobs; a blob without content is one that was erased."""

_FUNCTIONS = (
    _Function(
        "refuse",
        "",
        "trigger",
        "plpgsql",
        "BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END",
        for_writers=False,
    ),
    _Function(
        "take_in_order",
        "",
        "trigger",
        "plpgsql",
        """
BEGIN
  IF NEW.sequence IS DISTINCT FROM (SELECT coalesce(max(sequence) + 1, 0) FROM docgen.events) THEN
    RAISE EXCEPTION 'the log takes events in their order only' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END""",
        for_writers=False,
    ),
    _Function(
        "keep_or_erase",
        "",
        "trigger",
        "plpgsql",
        """
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.hash = OLD.hash AND NEW.content IS NULL THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a blob is kept as it is or erased' USING ERRCODE = 'integrity_constraint_violation';
END""",
        for_writers=False,
    ),
    _Function(
        "append",
        "bigint, text, bytea[]",
        "void",
        "plpgsql",
        """
DECLARE
  depth int := 0;
  place bigint := $1;
  node bytea := sha256('\\x00'::bytea || convert_to($2, 'UTF8'));
BEGIN
  INSERT INTO docgen.events VALUES ($1, $2);
  LOOP
    IF $3[depth + 1] IS DISTINCT FROM node THEN
      RAISE EXCEPTION 'the hash of level % does not fit', depth USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    INSERT INTO docgen.nodes VALUES (depth, place, node);
    EXIT WHEN place % 2 = 0;
    SELECT sha256('\\x01'::bytea || hash || node) INTO node
      FROM docgen.nodes WHERE level = depth AND position = place - 1;
    depth := depth + 1;
    place := place / 2;
  END LOOP;
  IF cardinality($3) <> depth + 1 THEN
    RAISE EXCEPTION 'there are too many hashes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
END""",
    ),
    _Function("keep_person", "text, text, bytea", "void", "sql", "INSERT INTO docgen.people VALUES ($1, $2, $3)"),
    _Function(
        "drop_person",
        "text",
        "void",
        "plpgsql",
        _once_the_log_says("person_forgotten", "person", "$1", "DELETE FROM docgen.people WHERE mark = $1"),
    ),
    _Function(
        "put_blob",
        "bytea",
        "boolean",
        "plpgsql",
        """
BEGIN
  INSERT INTO docgen.blobs VALUES (sha256($1), $1) ON CONFLICT DO NOTHING;
  RETURN (SELECT content IS NOT NULL FROM docgen.blobs WHERE hash = sha256($1));
END""",
    ),
    _Function(
        "erase_blob",
        "bytea",
        "void",
        "plpgsql",
        _once_the_log_says(
            "blob_erased",
            "blob",
            "encode($1, 'hex')",
            "INSERT INTO docgen.blobs VALUES ($1, NULL) ON CONFLICT (hash) DO UPDATE SET content = NULL",
        ),
    ),
    _Function("clear_tables", "", "void", "sql", "; ".join(f"DELETE FROM docgen.{table.name}" for table in TABLES)),
)


def put_function(table: Table) -> str:
    """Return the name of the function that writes a row of a table that follows from the log."""
    return f"docgen.put_{table.name}"


def amend_function(table: Table) -> str:
    """Return the name of the function that amends a row of such a table.

    It takes the names of the columns that change, the key, and a value for each optional column.
    """
    return f"docgen.amend_{table.name}"


def optional_columns(table: Table) -> tuple[str, ...]:
    """Return the columns that later entries amend."""
    return tuple(column.name for column in table.columns if column.optional)


def creation() -> Iterator[str]:
    """Yield the statements that make the schema of a new record."""
    yield "CREATE SCHEMA IF NOT EXISTS docgen"
    for function in _FUNCTIONS:
        if not function.for_writers:
            yield function.statement()
    for relation in _relations():
        yield from relation.statements()
    # A row that was erased leaves the files of the server soon, and not after many others.
    for table in ("people", "blobs"):
        yield f"ALTER TABLE docgen.{table} SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0)"
    for function in _writing_functions():
        yield function.statement()
    yield "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA docgen FROM PUBLIC"
    yield f"INSERT INTO docgen.layout VALUES ({LAYOUT})"


def erasing_by_the_log() -> Iterator[str]:
    """Yield the statements by which what erases in an older schema asks the log, as `creation` makes it."""
    yield from _ERASURES.values()
    yield from (function.statement() for function in _FUNCTIONS if function.name in {"drop_person", "erase_blob"})


def reviews() -> Iterator[str]:
    """Yield the statements that add the table of what became of templates to an older schema, with its function."""
    yield from _relation(REVIEWS).statements()
    for function in _functions_of(REVIEWS):
        yield function.statement()
        yield f"REVOKE ALL ON FUNCTION docgen.{function.signature} FROM PUBLIC"
    yield from (function.statement() for function in _FUNCTIONS if function.name == "clear_tables")


def grants(role: str) -> Iterator[str]:
    """Yield the statements that give a role, named as in SQL, what docgen needs: reading, and these functions."""
    yield f"GRANT USAGE ON SCHEMA docgen TO {role}"
    yield f"GRANT SELECT ON ALL TABLES IN SCHEMA docgen TO {role}"
    for function in _writing_functions():
        yield f"GRANT EXECUTE ON FUNCTION docgen.{function.signature} TO {role}"


def parts() -> Parts:
    """Return what a record's schema has to hold."""
    wanted = {(name, relation.name): text for relation in _relations() for name, text in relation.parts()}
    return wanted | {(each.signature, SCHEMA): each.text() for each in (*_FUNCTIONS, *_projecting_functions())}


PARTS = """
WITH relations AS (
  SELECT c.oid, c.relname, c.relkind, c.relpersistence, c.relrowsecurity
  FROM pg_class AS c WHERE c.relnamespace = 'docgen'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
)
SELECT relname::text, relname::text, concat(
    CASE WHEN (relkind, relpersistence, relrowsecurity) <> ('r', 'p', false) THEN 'another kind: ' END,
    (SELECT string_agg(concat(a.attname, ' ', format_type(a.atttypid, a.atttypmod),
        (SELECT ' COLLATE ' || quote_ident(l.collname) FROM pg_collation AS l
          WHERE l.oid = a.attcollation AND l.collname <> 'default'),
        CASE WHEN a.attnotnull THEN ' NOT NULL' END,
        (SELECT ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef AS d
          WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum)), ', ' ORDER BY a.attnum)
      FROM pg_attribute AS a WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped))
  FROM relations AS r
UNION ALL
SELECT n.conname::text, r.relname::text, pg_get_constraintdef(n.oid)
  FROM pg_constraint AS n JOIN relations AS r ON r.oid = n.conrelid WHERE n.contype NOT IN ('n', 't')
UNION ALL
SELECT c.relname::text, r.relname::text,
    concat(pg_get_indexdef(i.indexrelid), CASE WHEN NOT i.indisvalid THEN ' invalid' END)
  FROM pg_index AS i JOIN relations AS r ON r.oid = i.indrelid JOIN pg_class AS c ON c.oid = i.indexrelid
  WHERE NOT EXISTS (SELECT FROM pg_constraint AS n WHERE n.conindid = i.indexrelid AND n.conrelid = i.indrelid)
UNION ALL
SELECT t.tgname::text, r.relname::text,
    concat(pg_get_triggerdef(t.oid), CASE WHEN t.tgenabled <> 'O' THEN ' disabled' END)
  FROM pg_trigger AS t JOIN relations AS r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal
UNION ALL
SELECT w.rulename::text, r.relname::text, pg_get_ruledef(w.oid)
  FROM pg_rewrite AS w JOIN relations AS r ON r.oid = w.ev_class WHERE r.relkind = 'r'
UNION ALL
SELECT h.inhrelid::regclass::text, r.relname::text, 'inherits'
  FROM pg_inherits AS h JOIN relations AS r ON r.oid = h.inhparent
UNION ALL
SELECT format('%s(%s)', p.proname, pg_get_function_identity_arguments(p.oid)), 'docgen',
    concat_ws(' ', pg_get_function_result(p.oid), l.lanname, CASE WHEN p.prosecdef THEN 'definer' ELSE 'invoker' END,
      p.provolatile, array_to_string(p.proconfig, '; '), p.prosrc)
  FROM pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang WHERE p.pronamespace = 'docgen'::regnamespace
UNION ALL
SELECT format('the right of %s to %s', coalesce(quote_ident(g.rolname), 'everybody'), a.privilege_type),
    r.relname::text, 'right'
  FROM relations AS r JOIN pg_class AS c ON c.oid = r.oid
  CROSS JOIN LATERAL (
    SELECT * FROM aclexplode(c.relacl) UNION ALL
    SELECT e.* FROM pg_attribute AS b CROSS JOIN LATERAL aclexplode(b.attacl) AS e WHERE b.attrelid = c.oid
  ) AS a
  LEFT JOIN pg_roles AS g ON g.oid = a.grantee
  WHERE a.grantee <> c.relowner AND a.privilege_type <> 'SELECT'
"""
"""The query for what a schema holds, part by part: name, table, and the text that `parts` has for it."""


def _relations() -> Iterator[_Relation]:
    yield from _LOG
    yield from map(_relation, TABLES)


def _relation(table: Table) -> _Relation:
    """Return a table that follows from the log."""
    columns = (
        f"{column.name} {'bigint' if column.number else _TEXT}{'' if column.optional else ' NOT NULL'}"
        for column in table.columns
    )
    indexes = {f"{table.name}_by_{'_'.join(index)}": ", ".join(index) for index in table.indexes}
    return _Relation(
        table.name,
        tuple(columns),
        {f"{table.name}_pkey": f"PRIMARY KEY ({', '.join(table.key)})"},
        {
            name: f"CREATE INDEX {name} ON docgen.{table.name} USING btree ({listed})"
            for name, listed in indexes.items()
        },
    )


def _writing_functions() -> Iterator[_Function]:
    yield from (function for function in _FUNCTIONS if function.for_writers)
    yield from _projecting_functions()


def _projecting_functions() -> Iterator[_Function]:
    """Yield for each table that follows from the log the functions that write a row of it."""
    for table in TABLES:
        yield from _functions_of(table)


def _functions_of(table: Table) -> Iterator[_Function]:
    types = {column.name: "bigint" if column.number else "text" for column in table.columns}
    text, _ = statement(Put(table, table.defaults))
    name = put_function(table).partition(".")[2]
    yield _Function(name, ", ".join(types.values()), "void", "sql", _numbered(text))
    optional = optional_columns(table)
    if optional:
        settings = ", ".join(
            f"{column} = CASE WHEN '{column}' = ANY ($1) THEN ${number} ELSE {column} END"
            for number, column in enumerate(optional, table.key_length + 2)
        )
        key = " AND ".join(f"{column} = ${number}" for number, column in enumerate(table.key, 2))
        arguments = ", ".join(["text[]", *(types[column] for column in (*table.key, *optional))])
        body = f"UPDATE {table.name} SET {settings} WHERE {key}"
        yield _Function(amend_function(table).partition(".")[2], arguments, "void", "sql", body)


def _numbered(text: str) -> str:
    """Return a statement with $1, $2 and so on in the places of `?`."""
    first, *rest = text.split("?")
    return first + "".join(f"${number}{part}" for number, part in enumerate(rest, 1))
