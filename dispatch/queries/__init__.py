"""Reads. What a user may see of a campaign is decided in access.py and nowhere else."""
