"""Prospective space-time scan over points: which circle and window holds more tickets than the place has taught to expect."""
