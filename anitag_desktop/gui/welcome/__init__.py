"""What a library without folders shows."""
