"""The catalog's verbs, by noun: guard, change, publish, in one transaction."""
