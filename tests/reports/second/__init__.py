"""Every figure of every report counted a second time, in plain Python from the rows."""
