"""The timed figures of Portolan: scripts to run by hand."""
