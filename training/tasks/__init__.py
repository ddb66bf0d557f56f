"""What is learnt: one module for each task, behind one protocol."""
