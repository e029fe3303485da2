"""What bin/start, bin/test and bin/bench have in common: packages, embedded servers, children. Standard library only,
because it runs before any package is installed."""
