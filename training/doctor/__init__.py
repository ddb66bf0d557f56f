"""What on this machine helps or hinders training, line by line with what to do."""
