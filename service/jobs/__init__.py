"""Portfolios that are tagged in the background: kept in the database, worked on by processes of their own."""
