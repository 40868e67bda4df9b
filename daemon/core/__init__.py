"""What to do and when, as pure functions over values: no clock, no randomness, no IO."""
