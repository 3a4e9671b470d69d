"""Running other people's constructors, within limits and with everything as before afterwards."""
