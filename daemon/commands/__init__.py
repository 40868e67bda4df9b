"""What each command does. Loaded one by one, so that the quick ones stay quick."""
