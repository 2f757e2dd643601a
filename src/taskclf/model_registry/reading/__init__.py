"""What is read: a bundle's files, parsed and checked, and the scan over many bundles."""
