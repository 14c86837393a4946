"""Sealed tables: the database itself refuses to change what was posted.

Each function returns a migration operation. What happens to a sealed row later
is another row; see the design, "Money moves by transfers" and "Keys and versions".
"""

from django.db.migrations import RunSQL

FUNCTIONS = RunSQL(
    """
    CREATE FUNCTION consortium_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        shortened text := COALESCE(TG_ARGV[0], '');
        before jsonb;
        after jsonb;
    BEGIN
        IF TG_OP = 'UPDATE' AND TG_LEVEL = 'ROW' THEN
            before := to_jsonb(OLD);
            after := to_jsonb(NEW);
            IF before - shortened = after - shortened
               AND COALESCE((after ->> shortened)::date, 'infinity')
                   <= COALESCE((before ->> shortened)::date, 'infinity') THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION '% is sealed: % refused', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
    END $$;

    CREATE FUNCTION consortium_sealed_with_parent() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        parent text := TG_ARGV[0];
        link text := TG_ARGV[1];
        condition text := TG_ARGV[2];
        ids bigint[] := '{}';
        is_sealed boolean;
    BEGIN
        IF TG_OP <> 'INSERT' THEN ids := ids || (to_jsonb(OLD) ->> link)::bigint; END IF;
        IF TG_OP <> 'DELETE' THEN ids := ids || (to_jsonb(NEW) ->> link)::bigint; END IF;
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE id = ANY ($1) AND (%s))',
                       parent, condition) INTO is_sealed USING ids;
        IF is_sealed THEN
            RAISE EXCEPTION '% is sealed with its %: % refused', TG_TABLE_NAME, parent, TG_OP
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN COALESCE(NEW, OLD);
    END $$;
    """,
    "DROP FUNCTION consortium_sealed_with_parent(); DROP FUNCTION consortium_sealed();",
)


def seal(table: str, *, when: str = "true", shortened: str = "") -> RunSQL:
    """Refuse UPDATE, DELETE and TRUNCATE of a table.

    `when`: SQL over OLD that says which rows are sealed (all of them by default).
    `shortened`: a date column of a sealed row that may still move to an earlier day.
    """
    return RunSQL(
        f"""
        CREATE TRIGGER {table}_sealed BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION consortium_sealed('{shortened}');
        CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION consortium_sealed();
        """,
        f"DROP TRIGGER {table}_kept ON {table}; DROP TRIGGER {table}_sealed ON {table};",
    )


def seal_with_parent(table: str, *, parent: str, link: str, condition: str) -> RunSQL:
    """Refuse INSERT, UPDATE, DELETE of rows whose parent is sealed, and TRUNCATE.

    `link`: the column that holds the parent's id; `condition`: SQL over the parent.
    """
    quoted = condition.replace("'", "''")
    return RunSQL(
        f"""
        CREATE TRIGGER {table}_sealed BEFORE INSERT OR UPDATE OR DELETE ON {table}
            FOR EACH ROW
            EXECUTE FUNCTION consortium_sealed_with_parent('{parent}', '{link}', '{quoted}');
        CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION consortium_sealed();
        """,
        f"DROP TRIGGER {table}_kept ON {table}; DROP TRIGGER {table}_sealed ON {table};",
    )
