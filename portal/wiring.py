"""The switchboard: who plugs into what, as dotted strings. Imports nothing; ``portal.kernel.wiring`` loads and checks it.

A new connector, sink, tab, badge, reaction or rule is one folder or function in its room and one line here.
"""

# kind of source -> catalog.capabilities.Reader
READERS = {
    "contracts": "catalog.connectors.contracts.reader.ContractsReader",
    "dbt": "catalog.connectors.dbt.reader.DbtReader",
    "openlineage": "lineage.openlineage.source.EventsSource",
    "postgres": "catalog.connectors.postgres.reader.PostgresReader",
    "snowflake": "catalog.connectors.snowflake.reader.SnowflakeReader",
}

# rooms that take facts, in the order of their floors: the catalog first, it gives the others identity; then names that
# waited join what this run has told of; contracts are judged once all of it is told, SQL is read with all that is known
# by then, and personal data flows last of all
SINKS = [
    "catalog.sink.CatalogSink",
    "catalog.contract_sink.ContractSink",
    "catalog.pii_sink.PiiSink",
    "catalog.usage_sink.UsageSink",
    "lineage.sink.LineageSink",
    "quality.sink.QualitySink",
    "catalog.keeping_sink.KeepingSink",
    "catalog.settling_sink.SettlingSink",
    "lineage.sql_sink.SqlSink",
    "lineage.flow_sink.FlowSink",
]

# name of an event -> functions (event) -> None; each runs in one transaction with its delivery's mark
EVENT_HANDLERS: dict[str, list[str]] = {
    "accounts.PersonCreated": ["catalog.reactions.person_joined"],
    "accounts.PersonChanged": ["catalog.reactions.person_joined"],
    "accounts.TeamCreated": ["catalog.reactions.team_made"],
    "catalog.AssetSplit": ["lineage.reactions.assets_joined_or_parted"],
    "catalog.AssetsEdited": ["lineage.reactions.assets_edited"],
    "catalog.AssetsMerged": ["lineage.reactions.assets_joined_or_parted"],
    "catalog.DomainRestrictionChanged": ["lineage.reactions.restriction_changed"],
    "catalog.IngestionFinished": ["portal.shell.reactions.ingestion_finished"],
    "catalog.MergeUndone": ["lineage.reactions.assets_joined_or_parted"],
}

# (assets) -> {asset_id: [Badge]}, in bulk, once a page
BADGES = [
    "quality.badges.health",
    "catalog.badges.standing",
]

# tabs and panels of an asset's page: (room's function) -> portal.kernel.slots.Tab / Panel
TABS = [
    "catalog.tabs.schema",
    "catalog.contract_tabs.contract",
    "lineage.job_tabs.runs",
    "lineage.tabs.lineage",
    "quality.tabs.quality",
    "catalog.tabs.code",
    "catalog.tabs.activity",
]
PANELS = [
    "lineage.panels.neighbours",
    "quality.panels.last_checks",
    "catalog.panels.usage",
    "lineage.job_tabs.made_by",
    "lineage.job_tabs.said_beside",
    "catalog.panels.produced_by",
    "catalog.panels.properties",
    "catalog.panels.identity",
]

# name of a permission -> rule (user, object) -> portal.kernel.authz.Answer
RULES = {
    "accounts.administer": "portal.accounts.permissions.administer",
    "audit.see": "portal.accounts.permissions.see_audit",
    "catalog.administer": "catalog.permissions.administer",
    "catalog.curate": "catalog.permissions.curate",
    "catalog.decide_pii": "catalog.permissions.decide_pii",
    "catalog.edit_contract": "catalog.permissions.edit_contract",
    "catalog.ingest": "catalog.permissions.ingest",
    "catalog.keep_glossary": "catalog.permissions.keep_glossary",
    "catalog.merge": "catalog.permissions.merge",
    "catalog.change_view": "catalog.permissions.change_view",
    "catalog.save_view": "catalog.permissions.save_view",
    "catalog.rule_owners": "catalog.permissions.rule_owners",
    "catalog.see_asset": "catalog.permissions.see_asset",
    "catalog.see_domain": "catalog.permissions.see_domain",
    "catalog.see_source": "catalog.permissions.see_source",
    "catalog.undo": "catalog.permissions.undo",
    "lineage.edit": "lineage.permissions.edit",
    "lineage.send_events": "lineage.permissions.send_events",
}

# (asset_id) -> {folded column name: [marks]}: what rooms know of an asset's columns, for the schema table
COLUMN_MARKS = [
    "quality.badges.column_checks",
]

# (request, asset, column) -> portal.kernel.slots.Panel or None: parts of a column's drawer
COLUMN_PARTS = [
    "catalog.column_parts.sources",
    "lineage.column_parts.lineage",
]

# (user, asset) -> {folded column name: how many things that the person sees read it}
COLUMN_READERS = [
    "lineage.queries.columns.readers",
]

# (asset_ids) -> {asset_id: catalog.watched.Watched}: checks and freshness, for contracts and for proposals of one
PROMISES = [
    "quality.promises.of_assets",
]

# (user, asset) -> assets that are hit when it changes
CONSUMERS = [
    "lineage.queries.neighbours.downstream",
]

# (user, asset_ids) -> those that are made from something the person may not see: their code names it
HIDDEN_INPUTS = [
    "lineage.queries.neighbours.with_hidden_inputs",
    "lineage.queries.jobs.with_hidden_datasets",
]

# (asset_ids) -> None: sums that rooms draw up anew when rows of assets have changed hands (a merge, a split, an undo)
MERGED = [
    "quality.health.refresh",
    "catalog.services.keeping.refresh",
    "catalog.services.usage.popularity_of",
    "lineage.services.reading.mark",
    "lineage.services.verdicts.rejudge",
]

# (user, text, limit) -> list of portal.kernel.slots.Hit groups for the search box
SEARCH = [
    "catalog.search.typeahead.assets",
]

# facets of search and filters of the API that rooms above the catalog know: () -> portal.kernel.slots.RoomFacet
FACETS = {
    "health": "quality.facets.health",
    "freshness": "quality.facets.freshness",
}

# orders of search that rooms above the catalog know: () -> portal.kernel.slots.RoomSort
SORTS = {
    "freshness": "quality.sorts.freshness",
}

# entries of the main navigation, in order -> portal.kernel.slots.NavItem
NAV = [
    "portal.shell.nav.home",
    "portal.shell.nav.search",
    "catalog.nav.domains",
    "catalog.contract_tabs.nav",
    "lineage.nav.explorer",
    "lineage.nav.coverage",
    "catalog.nav.glossary",
    "catalog.nav.suggestions",
    "catalog.nav.personal_data",
    "catalog.nav.sources",
    "catalog.nav.unmatched",
    "portal.shell.nav.audit",
]
