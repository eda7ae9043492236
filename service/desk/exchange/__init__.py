"""Labels on their way between the desk and other tools for labelling."""
