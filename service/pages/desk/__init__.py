"""The pages of the desk: campaigns, the page of one project, its history."""
