"""The shape of schema raw: what the loaders of the demo shop would have created."""

from dataclasses import dataclass
from datetime import date, datetime

type_aliases = {"ts": "timestamptz", "int": "integer", "bool": "boolean", "num": "numeric(5,4)"}

Value = str | int | float | bool | date | datetime | None
Row = tuple[Value, ...]


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[tuple[str, str], ...]

    @property
    def ddl(self) -> str:
        columns = ", ".join(f"{name} {kind}" for name, kind in self.columns)
        return f"create table raw.{self.name} ({columns})"

    def position(self, column: str) -> int:
        return [name for name, _ in self.columns].index(column)


def _table(name: str, columns: str) -> Table:
    """`"id amount_cents:int"`: a column without a type is text; every table ends with _loaded_at."""
    pairs = []
    for word in [*columns.split(), "_loaded_at:ts"]:
        column, _, kind = word.partition(":")
        pairs.append((column, type_aliases.get(kind, kind) or "text"))
    return Table(name, tuple(pairs))


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table(
            "users",
            "id email full_name phone birth_date:date country segment acquisition_channel"
            " marketing_opt_in:bool lifetime_value_cents:bigint created_at:ts updated_at:ts",
        ),
        _table(
            "products",
            "id sku name category brand price_cents:int cost_cents:int is_active:bool launched_at:ts updated_at:ts",
        ),
        _table(
            "orders",
            "id user_id product_id status channel currency subtotal_cents:int discount_cents:int"
            " shipping_cents:int total_amount_cents:int shipping_country coupon_code"
            " created_at:ts updated_at:ts",
        ),
        _table(
            "order_items",
            "id order_id product_id quantity:int unit_price_cents:int created_at:ts",
        ),
        _table(
            "stripe_charges",
            "id order_id amount:int fee_cents:int currency status failure_code"
            " payment_method card_country receipt_email created_at:ts",
        ),
        _table("stripe_refunds", "id charge_id amount_cents:int reason status created_at:ts"),
        _table(
            "fraud_decisions",
            "id charge_id score:num decision model_version latency_ms:int ip_address decided_at:ts",
        ),
        _table(
            "subscriptions",
            "id user_id plan status monthly_price_cents:int started_at:ts canceled_at:ts cancel_reason updated_at:ts",
        ),
        _table(
            "sessions",
            "id user_id anonymous_id ip_address device browser country utm_source landing_page"
            " started_at:ts ended_at:ts",
        ),
        _table("web_events", "id session_id event_type page_path product_id order_id occurred_at:ts"),
        _table(
            "support_tickets",
            "id user_id order_id requester_email topic priority status satisfaction_score:int"
            " created_at:ts resolved_at:ts",
        ),
        _table("inventory_events", "id product_id site event_type quantity_change:int occurred_at:ts"),
        _table(
            "employees",
            "id full_name email phone birth_date:date department job_title manager_id"
            " salary_cents:int hired_on:date left_on:date",
        ),
        _table(
            "marketing_spend",
            "spend_date:date channel campaign cost_cents:int impressions:int clicks:int",
        ),
    )
}
