"""Who is who: names in all their forms made one, and likely candidates with their reasons. Pure."""
