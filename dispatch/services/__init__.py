"""Verbs of the decision: start, stop, execute, publish. Views, tasks, commands and REST call these and nothing else."""
