"""OAuth 2.0 log-ins: flows, tokens kept on disk, refreshing. HTTP is spoken by `wire` alone, and only when needed."""
