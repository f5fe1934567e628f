"""What the Compose stack does when a replica ends, or all are renewed: an experiment on the running stack, by hand."""
