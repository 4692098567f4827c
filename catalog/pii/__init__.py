"""Personal data: classes, how a column is taken for one of them, and what counts in the end. Pure."""
