"""From labelled projects to a released model version."""
