"""Fixtures that several test files use. Servers, workers and browsers are in the plugin tests.servers."""
