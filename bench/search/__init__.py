"""How good search is (``quality``) and how fast (``speed``), each beside a peer on the same documents."""
