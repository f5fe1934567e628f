"""Small kernels for the tests of compiling: quick to make, and unlike each other in how they are written."""
