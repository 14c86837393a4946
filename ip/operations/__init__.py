"""Every business write on results and rights, one verb a function."""
