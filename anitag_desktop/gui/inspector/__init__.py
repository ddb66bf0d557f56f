"""What is known of the selected pictures, and correcting it."""
