"""What the Compose stack does when a replica ends, is restarted or replaced: an experiment on the running stack."""
