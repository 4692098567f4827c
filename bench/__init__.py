"""Speed and size, measured side by side: ours, its peers and a bare floor in one run. ``README.md`` tells how to read it."""
