"""What is decided: which bundles are eligible under a policy, how they rank, and why."""
