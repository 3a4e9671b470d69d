"""From a reading to the verdict on each of its sides."""
