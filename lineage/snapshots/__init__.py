"""The graph as it is this moment: packed once, kept as files that all processes share, with what changed since laid over.

``reading`` asks the database, ``files`` keeps, ``fresh`` gives the graph of this very moment, ``keeping`` packs anew and
clears what no snapshot needs any more.
"""
