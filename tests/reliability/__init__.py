"""What the service does under load and faults, as experiments: small in the tests, large for docs/operations.md."""
