"""How personal data flows from column to column. The rules and the walk are pure; the service writes what they find."""
