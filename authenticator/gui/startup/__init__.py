"""What happens before the first picture, and what keeps it short."""
