"""Who works with the warehouse: roles with the rights that the policy gives, and the statements that they run.

PostgreSQL counts the statements by role (pg_stat_statements), which is where the portal reads usage from.
"""

from collections.abc import Mapping

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from demo.errors import DemoError
from demo.load import first_line
from demo.report import Report

RIGHTS: Mapping[str, tuple[str, ...]] = {
    "ana": ("marts",),
    "tom": ("marts",),
    "bi_dashboards": ("marts",),
    "dee": ("raw", "staging", "marts", "ml_features"),
    "max": ("staging", "ml_features"),
    "churn_trainer": ("marts", "ml_features"),
    "fraud_scorer": ("ml_features",),
}
HIDDEN = ("raw.employees", "staging.stg_employees", "marts.headcount_by_month")  # the people team's alone

# role, times, statement
STATEMENTS: tuple[tuple[str, int, str], ...] = (
    ("bi_dashboards", 60, "select * from marts.revenue_by_day order by revenue_date desc limit 90"),
    ("bi_dashboards", 40, "select * from marts.refunds_by_reason limit 500"),
    ("bi_dashboards", 40, "select * from marts.mrr_by_month limit 60"),
    ("bi_dashboards", 25, "select * from marts.orders_enriched order by created_at desc limit 100"),
    ("bi_dashboards", 20, "select * from marts.inventory_levels limit 200"),
    ("bi_dashboards", 18, "select * from marts.conversion_funnel_by_day limit 90"),
    ("ana", 14, "select * from marts.revenue_by_day limit 400"),
    ("ana", 9, "select count(*) from marts.orders_enriched o cross join lateral (select 1) one"),
    (
        "ana",
        7,
        "select count(*) from marts.revenue_by_day r, marts.refunds_by_reason f where r.order_count > 0 and f is null",
    ),
    ("tom", 6, "select * from marts.cohort_retention limit 100"),
    ("tom", 5, "select * from marts.marketing_roi_by_month limit 24"),
    ("dee", 12, "select count(*) from raw.stripe_charges"),
    ("dee", 8, "select count(*) from staging.stg_payments"),
    ("dee", 6, "select count(*) from staging.stg_orders"),
    ("dee", 4, "select count(*) from raw.web_events"),
    ("max", 16, "select * from ml_features.user_features limit 1000"),
    ("max", 9, "select * from ml_features.product_features limit 1000"),
    (
        "churn_trainer",
        12,
        "select count(*) from ml_features.user_features u cross join marts.all_days d where d is null",
    ),
    ("churn_trainer", 6, "select * from marts.churn limit 1000"),
    ("fraud_scorer", 80, "select * from ml_features.fraud_features limit 20"),
)


def read(parameters: Mapping[str, str], report: Report) -> None:
    """Lets everybody do their work once. A server that does not count statements has nothing to tell; that is no fault."""
    total = sum(times for _, times, _ in STATEMENTS)
    try:
        with psycopg.connect(make_conninfo(**parameters), autocommit=True) as connection:
            _let_in(connection)
            if not _counts(connection):
                return
            done = 0
            for role, times, statement in STATEMENTS:
                connection.execute(sql.SQL("set role {}").format(sql.Identifier(role)))
                for _ in range(times):
                    connection.execute(sql.SQL(statement))  # constants of this file
                done += times
                report("people and dashboards read", done, total)
    except psycopg.Error as error:
        raise DemoError(f"the warehouse cannot be read: {first_line(error)}") from error


def _let_in(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    for role, schemas in RIGHTS.items():
        name = sql.Identifier(role)
        if connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone() is None:
            connection.execute(sql.SQL("create role {} nologin").format(name))
        for schema in schemas:
            place = sql.Identifier(schema)
            connection.execute(sql.SQL("grant usage on schema {} to {}").format(place, name))
            connection.execute(sql.SQL("grant select on all tables in schema {} to {}").format(place, name))
        for table in HIDDEN:
            if table.split(".")[0] in schemas:
                connection.execute(sql.SQL("revoke all on {} from {}").format(sql.Identifier(*table.split(".")), name))


def _counts(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    try:
        connection.execute("create extension if not exists pg_stat_statements")
        connection.execute("select 1 from pg_stat_statements limit 1")
    except psycopg.Error:
        return False
    return True
