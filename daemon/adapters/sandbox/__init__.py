"""The room of its own in which untrusted mail is read: children with limits, killed when they hang or starve."""
