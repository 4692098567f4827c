"""The room of ML models, features and endpoints. Its issue moves in here; until then ML models that dbt exposes are plain
assets of the catalog, and the room only holds its place in the house rules."""
