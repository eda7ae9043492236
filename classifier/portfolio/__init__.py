"""Portfolios in and out: one module per format behind one registry (`registry`)."""
