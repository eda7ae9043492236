"""Reports on whole portfolios: the ODA eligibility and the tagging, as a page, a workbook or JSON."""
