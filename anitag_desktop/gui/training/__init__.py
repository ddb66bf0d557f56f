"""The page of retrainings: a plan, what is going on, what came of it, and the decision."""
