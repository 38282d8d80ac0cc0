"""What leaves the house by itself: who wants what, how each is reached, and that each gets it once (docs/delivery.md)."""
