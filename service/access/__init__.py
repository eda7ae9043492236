"""Who may do what: users, passwords, keys, sessions, and the log of what they did."""
