"""From signals to alerts: what is raised, at which level, of which class, and what is only a fault of data entry."""
