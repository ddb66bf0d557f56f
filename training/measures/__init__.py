"""What a network is measured by, in sums that processes can add up."""
