"""SMTP, for one purpose: the digest to the person's own address. Nothing here takes a recipient from anybody."""
