"""Pages: each view parses, asks for what its reader may see, calls one query or service, and renders."""
