"""Which registered person a row of somebody else's list speaks of: compared field by field, weighed, decided."""
