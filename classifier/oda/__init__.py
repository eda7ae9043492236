"""The ODA rule engine: criteria as data, matching, polarity and scope, recipients, assessment."""
