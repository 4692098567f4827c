"""Reads a Snowflake account: its databases' information schemas, and who used what from ACCOUNT_USAGE."""
