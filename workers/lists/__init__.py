"""Kinds of lists: how a row of one is read, judged against what is known, stored, and taken back."""
