"""The desk: where people judge projects, and what becomes of their judgements. Knows no HTTP and no page."""
