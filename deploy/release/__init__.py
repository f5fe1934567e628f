"""What a release is made of, and made with: docs/releasing.md. No part of the service."""
