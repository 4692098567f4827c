"""From SQL that the catalog holds to claims: what is read, with which tables in mind, and what it says of whom."""
