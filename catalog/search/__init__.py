"""Finding assets: PostgreSQL full text over names, columns, tags, owners and descriptions, trigrams for typing errors."""
