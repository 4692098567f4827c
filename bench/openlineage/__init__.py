"""OpenLineage events: how fast they are accepted, and how fast one worker takes them in."""
