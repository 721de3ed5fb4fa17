"""Long-lived agents: named, kept up, recovered, and given up when trying is useless."""
