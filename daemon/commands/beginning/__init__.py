"""What `highroad init` is made of: the talk, the server, the password, the log-in, the preview, the folders."""
