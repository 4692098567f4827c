"""The access room: requests, approvals, grants. Its issue moves in here; until then it only holds its place in the house
rules, so that the import contracts are in force from the first line."""
