"""From facts to rows: identity, merging of what several sources say, difference to what is there, bulk writing."""
