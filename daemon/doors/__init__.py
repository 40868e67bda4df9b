"""More doors: the commands of one subject each, one short function a command; daemon.cli opens them all."""
