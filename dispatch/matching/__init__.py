"""The decision core: who goes, to which job, on which seats. Knows no Django, no database, no clock but the stop."""

VERSION = "1.0"
