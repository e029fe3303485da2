"""Kinds of lists that speak of jobs: employees whom an employer wants back, and registers of other offices."""
