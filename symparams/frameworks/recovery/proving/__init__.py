"""What a form rests on: points built for real, and two methods that agree."""
