"""The graph of assets and their columns in compressed rows: who is reached, how far, by which path. Pure; numpy alone.

An asset is two nodes: it as a whole, and its hub, through which *any* of its columns goes where nobody told which one is
used. A column is one more. ``arrows`` says what leads where, ``rows`` packs it, ``walking`` walks it, ``splicing`` lays
over it what has changed since.
"""
