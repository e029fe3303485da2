"""Printed lists of a published plan: rows of the database, to sheets, to workbooks and PDF."""
